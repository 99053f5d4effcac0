import { once } from 'node:events';
import { createWriteStream, existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../shared/model/finding.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { isJsonFile, jsonFingerprint, snapshotJson } from './index.ts';

interface Taken {
  readonly findings: readonly Finding[];
  readonly tables: Readonly<Record<string, { readonly columns: Readonly<Record<string, string>>; readonly key: readonly string[]; readonly rows: readonly unknown[][] }>>;
  /** Declared types of the first table, in the order of its columns. */
  readonly declared: readonly string[];
}

const options = { signal: new AbortController().signal, onProgress: () => undefined };

async function take(content: string | Uint8Array, name = 'store.json', limit?: number): Promise<Taken> {
  using folder = tempFolder('json');
  const path = join(folder.path, name);
  const to = join(folder.path, 'snapshot');
  writeFileSync(path, content);
  try {
    const findings = await snapshotJson(path, to, { ...options, ...(limit === undefined ? {} : { limit }) });
    const db = new Database(to, { readonly: true });
    db.defaultSafeIntegers(true);
    try {
      const names = db.prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`).pluck().all();
      const tables = Object.fromEntries(names.map((table) => {
        const info = db.prepare<[string], { name: string; type: string; pk: bigint }>('SELECT name, type, pk FROM pragma_table_xinfo(?)').all(table);
        const rows = db.prepare<[], unknown[]>(`SELECT * FROM "${table.replaceAll('"', '""')}"`).raw(true).all();
        return [table, { columns: Object.fromEntries(info.map((each) => [each.name, each.type])), key: info.filter((each) => each.pk > 0n).map((each) => each.name), rows }];
      }));
      return { findings, tables, declared: db.prepare<[string], string>('SELECT type FROM pragma_table_xinfo(?)').pluck().all(names[0] ?? '') };
    } finally {
      db.close();
    }
  } catch (error) {
    expect(existsSync(to), 'nothing is left behind').toBe(false);
    throw error;
  }
}

describe('what becomes a table', () => {
  it('a localStorage export: lists of objects are tables, all other keys stay the strings they are', async () => {
    const issues = [{ id: 'a', title: 'Uma', version: 1, locallyModified: true, deletedAt: null }, { id: 'b', title: 'Duas', version: 2, locallyModified: false, deletedAt: '2025-01-01T00:00:00.000Z' }];
    const { tables } = await take(JSON.stringify({ issues: JSON.stringify(issues), users: '[]', migrated_to_pglite: 'true', theme: 'dark', user: '{ "name": "Ana" }', broken: '[1,' }));
    expect(tables['issues']).toEqual({
      columns: { id: 'TEXT', title: 'TEXT', version: 'BIGINT', locallyModified: 'BOOLEAN', deletedAt: 'TEXT' }, key: ['id'],
      rows: [['a', 'Uma', 1n, 1n, null], ['b', 'Duas', 2n, 0n, '2025-01-01T00:00:00.000Z']],
    });
    expect(tables['key_value']).toEqual({ columns: { key: 'TEXT', value: 'TEXT' }, key: ['key'], rows: [['users', '[]'], ['migrated_to_pglite', 'true'], ['theme', 'dark'], ['user', '{ "name": "Ana" }'], ['broken', '[1,']] });
  });

  it('an export with values already parsed keeps the rest as JSON', async () => {
    const { tables } = await take('{"issues":[{"id":1}],"theme":"dark","count":5,"none":null,"user":{"name":"Ana", "n":1.50}}');
    expect(tables['issues']?.rows).toEqual([[1n]]);
    expect(tables['key_value']).toEqual({ columns: { key: 'TEXT', value: 'text as json' }, key: ['key'], rows: [['theme', '"dark"'], ['count', '5'], ['none', null], ['user', '{"name":"Ana", "n":1.50}']] });
  });

  it('a list of objects takes the name of the file', async () => {
    const { tables } = await take('[{"a":1},{"b":"x"}]', 'items.json');
    expect(tables).toEqual({ items: { columns: { a: 'BIGINT', b: 'TEXT' }, key: [], rows: [[1n, null], [null, 'x']] } });
  });

  it('objects by their id keep it, in the order of the file', async () => {
    const { tables } = await take('{"items":{"10":{"n":1},"2":{"n":2}},"users":{"u1":{"id":"u1","name":"Ana"}},"circuits":{"x":{"id":7},"y":{"id":8}}}');
    expect(tables['items']).toEqual({ columns: { id: 'TEXT', n: 'BIGINT' }, key: ['id'], rows: [['10', 1n], ['2', 2n]] });
    expect(tables['users']).toEqual({ columns: { id: 'TEXT', name: 'TEXT' }, key: ['id'], rows: [['u1', 'Ana']] });
    expect(tables['circuits']).toEqual({ columns: { key: 'TEXT', id: 'BIGINT' }, key: ['key'], rows: [['x', 7n], ['y', 8n]] });
    expect((await take('{"a":{"n":1},"b":{"n":2}}', 'items.json')).tables['items']?.rows).toEqual([['a', 1n], ['b', 2n]]);
  });

  it('a store of several collections, some of them empty, beside settings, is no table of its own', async () => {
    const { tables } = await take('{"items":{"1":{"n":1},"2":{"n":2}},"users":{"1":{"name":"Ana"}},"circuits":{},"config":{"version":1,"theme":"dark"}}', 'store.json');
    expect(Object.keys(tables)).toEqual(['items', 'users', 'key_value']);
    expect(tables['key_value']?.rows).toEqual([['circuits', '{}'], ['config', '{"version":1,"theme":"dark"}']]);
    expect(Object.keys((await take('{"u1":{"name":"Ana","address":{"zip":"1"}},"u2":{"name":"Bia"},"u3":{}}', 'users.json')).tables)).toEqual(['users']);
    expect((await take('{"a":{},"b":{}}', 'none.json')).tables['none']?.rows).toEqual([['a'], ['b']]);
  });

  it('NDJSON, with blank lines and without a last line break', async () => {
    const { tables } = await take('{"id":1,"n":1}\r\n\n{"id":2,"n":12345678901234567890}\n{"id":3}', 'log.ndjson');
    expect(tables['log']).toEqual({ columns: { id: 'BIGINT', n: 'text as numeric' }, key: ['id'], rows: [[1n, '1'], [2n, '12345678901234567890'], [3n, null]] });
    expect((await take('{"id":1}\n{"id":2}', 'dump.json')).tables['dump']?.rows).toEqual([[1n], [2n]]);
    expect((await take('{"id":1}', 'one.jsonl')).tables['one']?.rows).toEqual([[1n]]);
  });

  it('a list of anything else is one column', async () => {
    expect((await take('["a","b"]', 'tags.json')).tables['tags']).toEqual({ columns: { value: 'TEXT' }, key: [], rows: [['a'], ['b']] });
    expect((await take('[{"a":1},5,null]', 'odd.json')).tables['odd']?.rows).toEqual([['{"a":1}'], ['5'], [null]]);
  });
});

describe('values', () => {
  it('numbers keep every digit', async () => {
    const { tables } = await take(`[{"big":9223372036854775807,"beyond":9223372036854775808,"price":0.1,"long":0.12345678901234567890,"zeros":1.50,"zero":-0,"power":1e400,"vast":1e999999,"mixed":9007199254740993},
      {"big":-9223372036854775808,"beyond":1,"price":10,"long":1.50,"zeros":2,"zero":1,"power":1.5e-3,"vast":1,"mixed":0.5}]`);
    const table = tables['store'];
    expect(table?.columns).toEqual({ big: 'BIGINT', beyond: 'text as numeric', price: 'blob as double precision', long: 'text as numeric', zeros: 'blob as double precision', zero: 'blob as double precision', power: 'text as numeric', vast: 'text as json', mixed: 'text as numeric' });
    expect(table?.rows).toEqual([
      [9223372036854775807n, '9223372036854775808', 0.1, '0.12345678901234567890', 1.5, -0, `1${'0'.repeat(400)}`, '1e999999', '9007199254740993'],
      [-9223372036854775808n, '1', 10, '1.50', 2, 1, '0.0015', '1', '0.5'],
    ]);
  });

  it('values of several kinds stay apart', async () => {
    const { tables, findings } = await take('[{"m":"5","b":true,"n":{"a":1}},{"m":5,"b":"true","n":[ 1, 2 ]},{"m":1.5,"b":1,"n":null},{"m":null}]');
    expect(tables['store']?.columns).toEqual({ m: '', b: 'text as json', n: 'text as json' });
    expect(tables['store']?.rows).toEqual([['5', 'true', '{"a":1}'], [5n, '"true"', '[ 1, 2 ]'], [1.5, '1', null], [null, null, null]]);
    expect(findings.map(({ code, column }) => [code, column])).toEqual([['source.json.kept-as-json', 'b'], ['source.json.null-and-absent', 'n']]);
    expect(findings[1]).toMatchObject({ count: '1', params: { nulls: '1' } });
  });

  it('half surrogate pairs and NUL are not lost', async () => {
    const { tables } = await take(String.raw`[{"id":"a","t":"x\ud83dy","n":"a\u0000b","ok":"\ud83d\ude00 é \\u0041"},{"id":"b","t":"\udc00\ud800","n":"","ok":"\ufffd"}]`);
    expect(tables['store']?.rows[0]?.slice(2)).toEqual(['a\0b', '😀 é \\u0041']);
    using folder = tempFolder('json');
    writeFileSync(join(folder.path, 's.json'), String.raw`[{"t":"x\ud83dy"}]`);
    await snapshotJson(join(folder.path, 's.json'), join(folder.path, 'snapshot'), options);
    const db = new Database(join(folder.path, 'snapshot'), { readonly: true });
    expect(db.prepare('SELECT hex(t) FROM s').pluck().get()).toBe('78EDA0BD79');
    db.close();
  });

  it('names that no database takes are changed and listed', async () => {
    const { tables, findings } = await take(String.raw`{"a":[{"Id":1,"id":2,"":3,"x\u0000":4,"\ud800":5,"__proto__":6,"constructor":7,"we\"ird":8}],"A":[{"b":1}],"sqlite_x":[{"b":1}]}`);
    expect(Object.keys(tables)).toEqual(['a', 'A_2', '_sqlite_x']);
    expect(Object.keys(tables['a']?.columns ?? {})).toEqual(['Id', 'id_2', 'empty', 'x\\u0000', '\\ud800', '__proto__', 'constructor', 'we"ird']);
    expect(tables['a']?.rows).toEqual([[1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]]);
    expect(findings.filter(({ code }) => code === 'source.renamed')).toHaveLength(6);
  });

  it('__proto__ is a key like any other', async () => {
    const { tables } = await take('{"__proto__":[{"a":1}],"x":{"__proto__":{"a":2},"b":{"a":3}},"constructor":"y"}');
    expect(tables['__proto__']?.rows).toEqual([[1n]]);
    expect(tables['x']?.rows).toEqual([['__proto__', 2n], ['b', 3n]]);
    expect(tables['key_value']?.rows).toEqual([['constructor', '"y"']]);
  });

  it('objects wider than any table cross as their text', async () => {
    const wide = Object.fromEntries(Array.from({ length: 1700 }, (_, index) => [`p${index}`, index]));
    const { tables, findings } = await take(JSON.stringify([wide]));
    expect(tables['store']?.columns).toEqual({ value: 'text as json' });
    expect(findings[0]?.code).toBe('source.json.too-wide');
  });
});

describe('files', () => {
  it.each([
    ['', 'DATABASE_EMPTY'], [' \n', 'DATABASE_EMPTY'], ['\uFEFF', 'DATABASE_EMPTY'], ['[]', 'DATABASE_EMPTY'], ['{}', 'DATABASE_EMPTY'], ['5', 'UNSUPPORTED_SOURCE'], ['"x"', 'UNSUPPORTED_SOURCE'],
    ['[{"a":1},{"a"', 'DATABASE_CORRUPT'], ['{"a":"x', 'DATABASE_CORRUPT'], ["{'a':1}", 'DATABASE_CORRUPT'], ['[{"a":1,}]', 'DATABASE_CORRUPT'], ['{"a":NaN}', 'DATABASE_CORRUPT'], ['{"a":1}\n{"a":', 'DATABASE_CORRUPT'],
    ['{"a":1,"a":2}', 'INVALID_INPUT'], ['[{"a":1,"\\u0061":2}]', 'INVALID_INPUT'], ['{"x":{"k":{"a":1},"k":{"a":2}}}', 'INVALID_INPUT'],
    [new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]), 'DATABASE_CORRUPT'], [`${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'UNSUPPORTED_SOURCE'],
  ] as const)('no. %# is refused', async (content, code) => {
    const error: unknown = await take(content).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code });
    expect(error).toHaveProperty('hint', expect.stringMatching(/./));
  });

  it('the place of what is wrong is told', async () => {
    await expect(take('[{"a":1},\n {"b" 2}]')).rejects.toThrow('line 2, column 7');
    await expect(take('{"a":1}\n{"b":}\n', 'x.ndjson')).rejects.toThrow('line 2');
    await expect(take('[\n{"a":1,\n "a":2}]')).rejects.toThrow('line 3, column 2');
    await expect(take('[{"a":1},{"a"')).rejects.toThrow('cut off');
  });

  it.each([
    ['{"a":1}\n\n{"b":"é😀","a":1,"a":2}\n', 'x.ndjson', 'line 3, column 18'],
    ['\uFEFF{"a":1,"a":2}\n{"a":1}\n', 'x.ndjson', 'line 1, column 8'],
    ['[{"a":1},\n {"é":1,\n"a":1, "a":2}]', 'x.json', 'line 3, column 8'],
    ['[{"a":1}, {"b":1},\n {"😀":1, "a":1, "a":2}]', 'x.json', 'line 2, column 18'],
    ['{"a":{"x":1},\n"b":{"x":1},\n  "a":{"x":2}}', 'x.json', 'line 3, column 3'],
    ['{"t":{"x":{"v":1},\n "x":{"v":2}}, "u":[{"w":1},{"w":1,"w":2}]}', 'x.json', 'line 2, column 2'],
    ['{"u":[{"w":1},\n{"w":1,"w":2}],"t":[{"v":1}]}', 'x.json', 'line 2, column 8'],
    ['{"theme":"dark",\n"issues":"[{\\"id\\":1,\\"id\\":2}]"}', 'x.json', 'line 2, column 10'],
  ])('a key that stands twice is told at its place in the file, read whole or part by part: %#', async (content, name, place) => {
    await expect(take(content, name)).rejects.toThrow(place);
    await expect(take(content, name, -1)).rejects.toThrow(place);
  });

  it.each([['\uFEFF[{"a":"é"}]', 'utf8'], ['\uFEFF[{"a":"é"}]', 'utf16le']] as const)('a byte order mark is no part of the data: %s in %s', async (content, encoding) => {
    expect((await take(Buffer.from(content, encoding))).tables['store']?.rows).toEqual([['é']]);
  });

  it('is told by its ending or its first character, and moves with its content only', () => {
    using folder = tempFolder('json');
    const file = (name: string, content: string): string => {
      writeFileSync(join(folder.path, name), content);
      return join(folder.path, name);
    };
    expect([isJsonFile(file('a.json', '')), isJsonFile(file('b', ' [1]')), isJsonFile(file('c.db', 'SQLite format 3\0')), isJsonFile(file('d.json', 'SQLite format 3\0')), isJsonFile(join(folder.path, 'none.json'))]).toEqual([true, true, false, false, false]);
    const before = jsonFingerprint(file('e.json', '[1]'));
    expect(jsonFingerprint(file('e.json', '[1]')).changeCounter).toBe(before.changeCounter);
    expect(jsonFingerprint(file('e.json', '[2]')).changeCounter).not.toBe(before.changeCounter);
  });
});

/** JSON text of a value, written by this test: numbers as the digits they are given as. */
class Digits {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
type Value = null | boolean | string | Digits | readonly Value[] | { readonly [key: string]: Value };
const textOf = (value: Value): string => {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return `{${Object.entries(value).map(([key, each]) => `${JSON.stringify(key)} : ${textOf(each as Value)}`).join(',')}}`;
  return JSON.stringify(value);
};
const digits = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String), fc.integer({ min: -5, max: 5 }).map(String), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String).filter((text) => !text.includes('e+')),
  fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: -30, max: 30 })).map(([whole, part, power]) => `${whole}.${part}e${power}`), fc.constantFrom('-0', '0.0', '1.50', '9007199254740993'),
).map((text) => new Digits(text));
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', maxDepth: 3 }, fc.constant(null), fc.boolean(), digits, digits, fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ maxLength: 8 }), fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.string({ maxLength: 4 }), tie('value'), { maxKeys: 3 })),
}));
const record = fc.dictionary(fc.oneof(fc.constantFrom('id', 'a', 'b', 'A', 'key', '__proto__'), fc.string({ maxLength: 3 })), value, { maxKeys: 4, noNullPrototype: true });

/** The cell's value as JSON says it; what the snapshot holds must mean what the file meant. */
function meaning(value: Value): unknown {
  if (value instanceof Digits) return decimal(value.text);
  if (Array.isArray(value)) return value.map(meaning);
  if (typeof value === 'object' && value !== null) return Object.entries(value).map(([key, each]) => [key, meaning(each as Value)]);
  return value;
}

/** sign, digits and exponent in one normal form, by another way than the drivers'. */
function decimal(text: string): string {
  const [, sign = '', whole = '', part = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const stripped = `${whole}${part}`.replace(/^0+/, '');
  const significant = stripped.replace(/0+$/, '');
  return significant === '' ? `${sign}0` : `${sign}${significant}e${Number(power) - part.length + stripped.length - significant.length}`;
}

function read(text: string): unknown {
  const parsed: unknown = Reflect.apply(JSON.parse, JSON, [text, (_: string, each: unknown, context?: { source?: string }) => (typeof each === 'number' ? new Digits(context?.source ?? String(each)) : each)]);
  return meaning(parsed as Value);
}

function cellMeaning(declared: string, cell: unknown): unknown {
  if (cell === null) return null;
  if (declared === 'text as json') return read(String(cell));
  if (declared === 'BOOLEAN') return cell === 1n;
  if (typeof cell === 'bigint' || declared === 'text as numeric') return decimal(String(cell));
  if (typeof cell === 'number') return decimal(Object.is(cell, -0) ? '-0' : String(cell));
  return cell;
}

it('whatever a list of objects holds can be read back from the snapshot', async () => {
  await fc.assert(fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 6 }), async (records) => {
    // NUL and half surrogate pairs have tests of their own.
    fc.pre(records.some((each) => Object.keys(each).length > 0) && !/\\ud|\\u0000/.test(JSON.stringify(records)));
    const { tables, declared } = await take(`[${records.map(textOf).join(',\n')}]`, 'any.json');
    const table = Object.values(tables)[0];
    const properties = [...new Set(records.flatMap((each) => Object.keys(each)))];
    // Columns stand in the order in which the properties are first seen.
    expect(declared).toHaveLength(properties.length);
    records.forEach((each, row) => properties.forEach((property, index) => {
      const expected = Object.hasOwn(each, property) ? meaning(Object.getOwnPropertyDescriptor(each, property)?.value as Value) : null;
      expect(cellMeaning(declared[index] ?? '', table?.rows[row]?.[index] ?? null), `${property} of row ${row}`).toEqual(expected);
    }));
  }), { numRuns: 400 });
});

describe('a file read part by part', () => {
  const both = async (content: string | Uint8Array, name?: string) => {
    const outcome = async (limit?: number) => {
      try {
        const { tables, findings } = await take(content, name, limit);
        return { tables, findings };
      } catch (error) {
        return { code: error instanceof Error && 'code' in error ? error.code : String(error) };
      }
    };
    const [small, large] = [await outcome(), await outcome(-1)];
    expect(large, String(content).slice(0, 500)).toEqual(small);
  };

  it('becomes the same tables as one read whole', async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.array(record, { maxLength: 6 }), fc.array(value, { maxLength: 5 }), fc.dictionary(fc.string({ maxLength: 4 }), fc.oneof(value, fc.array(record, { maxLength: 3 }), record), { maxKeys: 4, noNullPrototype: true })), fc.constantFrom(' ', '\n', ''), async (document, space) => {
      await both(`${space}${textOf(document)}${space}`);
    }), { numRuns: 150 });
  });

  it.each([
    ['{"a":1}\n{"a":2,"b":"x"}\n\n'], ['{"a":1}\r\n{"a":2}'], ['{"a":1}\n{"a":'], ['[]'], ['{}'], [''], ['5'], ['[{"a":1},{"a"'], ['[{"a":1,}]'], ['{"a":1,"a":2}'], ['[{"a":1,"a":2}]'], ['[1] 2'], ['[1,]'], ['[,1]'], ['{"a":[{"b":1}],"c":{"x":{"d":1},"y":{"d":2}},"e":"f"}'],
    ['\uFEFF[{"a":"é\\"]"}]'], ['{"x":{"k":{"a":1},"k":{"a":2}}}'], ['{"issues":"[{\\"id\\":\\"a\\"}]","theme":"dark"}'], ['["\\\\","a\\\\\\"b"]'],
  ])('%s: the same', async (content) => both(content));

  it('stays in bounded memory, whatever the number of rows', async () => {
    using folder = tempFolder('json');
    const path = join(folder.path, 'large.json');
    const line = (id: number): string => `{"id":"row-${id}","n":${id}.5,"text":"${'ação '.repeat(60)}"}`;
    const file = createWriteStream(path);
    const rows = 150_000;
    for (let from = 0; from < rows; from += 1000) {
      const part = `${from === 0 ? '[' : ',\n'}${Array.from({ length: 1000 }, (_, at) => line(from + at)).join(',\n')}${from + 1000 === rows ? ']' : ''}`;
      if (!file.write(part)) await once(file, 'drain');
    }
    file.end();
    await once(file, 'finish');
    expect(statSync(path).size).toBeGreaterThan(50 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    let most = 0;
    await snapshotJson(path, join(folder.path, 'snapshot'), { ...options, onProgress: () => (most = Math.max(most, process.memoryUsage().rss)) });
    const db = new Database(join(folder.path, 'snapshot'), { readonly: true });
    expect(db.prepare('SELECT count(*), max(n) FROM large').raw().get()).toEqual([rows, rows - 0.5]);
    expect(db.prepare(`SELECT name FROM pragma_table_xinfo('large') WHERE pk = 1`).pluck().all()).toEqual(['id']);
    db.close();
    expect((most - before) / 1024 / 1024).toBeLessThan(300);
  });
});
