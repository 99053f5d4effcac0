import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testSeed } from '../../test-support/index.ts';
import { namesApart } from './name-apart.ts';

const of = (...paths: string[]): string[] => namesApart(paths.map((source) => ({ source, database: source.split('/').at(-1) ?? source })));

describe('names of sources that cross together', () => {
  it('are the files’ own, or as much of their paths as tells them apart', () => {
    expect(of('/a/one.db', '/a/two.db')).toEqual(['one.db', 'two.db']);
    expect(of('/data/north/sales.db', '/data/south/sales.db', '/data/hr.db')).toEqual(['north/sales.db', 'south/sales.db', 'hr.db']);
    expect(of('/x/north/a/sales.db', '/x/south/a/sales.db')).toEqual(['north/a/sales.db', 'south/a/sales.db']);
    expect(of('/a/Sales.db', '/b/sales.db')).toEqual(['a/Sales.db', 'b/sales.db']);
    expect(of('/a/b.db', '/c/b.db', '/a_b.db')).toEqual(['a/b.db (1)', 'c/b.db', 'a_b.db']);
  });

  it('tell any sources apart, and refuse one that is given twice', () => {
    const part = fc.constantFrom('a', 'A', 'b', 'a b', 'a_b', 'x.db', 'é');
    fc.assert(fc.property(fc.uniqueArray(fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`), { minLength: 1, maxLength: 6 }), (paths) => {
      const names = of(...paths).map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '_'));
      expect(new Set(names).size).toBe(paths.length);
    }), { seed: testSeed(), numRuns: 500 });
    expect(() => of('/a/x.db', '/b/y.db', '/a/x.db')).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });
});
