import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseOverride, parseWhere } from './overrides.ts';

describe('--where TABLE=CONDITION', () => {
  test('only the first sign parts table and condition: the condition has its own', () => {
    expect(parseWhere("orders = state = 'open' AND user_id <= 500")).toEqual({ table: 'orders', filter: "state = 'open' AND user_id <= 500" });
  });

  test('any table without the sign and any condition come out as they went in', () => {
    const word = fc.string({ minLength: 1 }).map((text) => text.trim());
    fc.assert(
      fc.property(word.filter((table) => table !== '' && !table.includes('=')), word.filter((filter) => filter !== ''), (table, filter) => {
        expect(parseWhere(`${table}=${filter}`)).toEqual({ table, filter });
      }),
    );
  });

  test.each(['orders', 'orders=', '=id > 3', ' = ', ''])('%j is refused with an example', (word) => {
    expect(() => parseWhere(word)).toThrow(expect.objectContaining({ code: 'USAGE', hint: expect.stringContaining('--where') }));
  });
});

describe('--override', () => {
  test.each(['orders', 'orders.state', 'orders.state:', 'orders.state:kind=text'])('%j is refused', (word) => {
    expect(() => parseOverride(word)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test('says what does not fit in a sentence', () => {
    expect(() => parseOverride('t.c:nul=eat')).toThrow('--override t.c:nul=eat does not fit: nul must be one of: reject, escape, bytea.');
    expect(() => parseOverride('{"column": "c"}')).toThrow('--override {"column": "c"} does not fit: table is missing.');
  });
});
