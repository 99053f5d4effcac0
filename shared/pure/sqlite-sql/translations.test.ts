import { describe, expect, test } from 'vitest';
import { translateCheck, translateDefault, translateGenerated, translateIndex, parseCreateIndex, translateSelect, Untranslatable } from './index.ts';
import type { StoredAs, TableTarget, TranslationContext } from './index.ts';

describe('translateDefault', () => {
  test.each<[string, string, string, StoredAs?]>([
    ["'abc'", 'text', "'abc'"],
    ['abc', 'text', "'abc'"],
    ['""', 'text', "''"],
    ['+1', 'integer', '1'],
    ['-1', 'bigint', '(-1)'],
    ["'5'", 'bigint', '5'],
    ['0', 'boolean', 'FALSE'],
    ["'true'", 'boolean', 'TRUE'],
    ['TRUE', 'bigint', '1'],
    ['NULL', 'text', 'NULL'],
    ['1.0', 'text', "'1.0'"],
    ['CURRENT_TIMESTAMP', 'timestamp', "(now() AT TIME ZONE 'utc')"],
    ['CURRENT_TIMESTAMP', 'timestamp with time zone', 'now()'],
    ['CURRENT_TIMESTAMP', 'text', "to_char((now() AT TIME ZONE 'utc'), 'YYYY-MM-DD HH24:MI:SS')"],
    ["(datetime('now'))", 'timestamptz', 'now()'],
    ["strftime('%s','now')", 'bigint', "floor(extract(epoch from (now() AT TIME ZONE 'utc')))::bigint"],
    ["(strftime('%s','now') * 1000)", 'bigint', "(floor(extract(epoch from (now() AT TIME ZONE 'utc')))::bigint * 1000)"],
    ['(unixepoch())', 'timestamptz', "date_trunc('second', now())", 'epoch-s'],
    ["strftime('%Y-%m-%dT%H:%M:%fZ','now')", 'text', `to_char((now() AT TIME ZONE 'utc'), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`],
    ['lower(hex(randomblob(16)))', 'uuid', 'gen_random_uuid()'],
    ["x'00FF'", 'bytea', String.raw`'\x00ff'::bytea`],
    ["'{}'", 'jsonb', "'{}'::jsonb"],
    ['json_array(1,2)', 'text', "'[1,2]'"],
    ["(json_array('a\"', NULL, -3))", 'json', String.raw`'["a\"",null,-3]'::json`],
    ["(json_object('a', 1, 'b', 'x'))", 'text', `'{"a":1,"b":"x"}'`],
    ['(1 IN (1,2))', 'bigint', '(1 IN (1, 2))::integer'],
    ['(2 > 1)', 'boolean', '(2 > 1)'],
  ])('%s in a %s column', (text, type, expected, cast) => {
    expect(translateDefault(text, type, cast).sql).toBe(expected);
  });

  test.each([
    ["'abc'", 'boolean'], ['2', 'boolean'], ["''", 'bigint'], ['2.5', 'bigint'], ['9999999999', 'integer'], ["'2020-13-01'", 'date'],
    ["'nope'", 'json'], ['CURRENT_TIMESTAMP', 'bigint'], ['(last_insert_rowid())', 'bigint'], ["json_array(json('[1]'))", 'text'], ['json_array(1.50)', 'text'], ["json_object('a')", 'text'],
  ])('%s does not fit a %s column', (text, type) => {
    expect(() => translateDefault(text, type)).toThrow(Untranslatable);
  });

  test('says what changes', () => {
    expect(translateDefault("datetime('now', 'localtime')", 'text').note).toContain('time zone');
  });
});

const column = (name: string, pgType: string, declaredType: string, more = {}): [string, { name: string; pgType: string; declaredType: string }] => [name, { name, pgType, declaredType, ...more }];
const table: TableTarget = {
  qualified: '"app"."t"',
  columns: new Map([
    column('Id', 'bigint', 'INTEGER'), column('name', 'text', 'TEXT'), column('mail', 'text', 'TEXT', { collate: 'NOCASE' }),
    column('on', 'boolean', 'BOOLEAN'), column('j', 'jsonb', 'TEXT'), column('at', 'timestamp', 'DATETIME'),
  ]),
};
const context: TranslationContext = { table: (name) => (name.toLowerCase() === 't' ? table : undefined), identifier: (name) => name.toLowerCase() };

describe('translateCheck', () => {
  test.each([
    ['ID > 0', '("Id" > 0)'],
    ['length(name) <= 10', '(length("name") <= 10)'],
    ["mail = 'X'", `(lower("mail" COLLATE "C") = 'x')`],
    ['"on" IN (0, 1)', '("on" IN (FALSE, TRUE))'],
    ["typeof(id) = 'integer'", '("Id" IS NOT NULL)'],
    ["name <> \"none\"", `("name" <> 'none')`],
  ])('%s', (text, expected) => {
    expect(translateCheck(text, 't', context).sql).toBe(expected);
  });

  test('what the type already makes true is dropped', () => {
    expect(translateCheck('json_valid(j)', 't', context).dropped).toBeDefined();
    expect(translateCheck("typeof(name) IN ('text', 'null')", 't', context).dropped).toBeDefined();
    expect(translateCheck("typeof(name) = 'text' OR name IS NULL", 't', context).dropped).toBeDefined();
  });

  test('of numbers among texts, equality with a word is translated, and nothing else', () => {
    const mixed: TableTarget = { qualified: 't', columns: new Map([column('v', 'text', '', { storedNumbers: true }), column('js', 'json', 'JSON', { storedNumbers: true })]) };
    const known: TranslationContext = { table: () => mixed };
    expect(translateCheck("v = 'abc' OR v IN ('x', 'y')", 't', known).sql).toBe(`(("v" = 'abc') OR ("v" IN ('x', 'y')))`);
    for (const text of ["v = '12'", 'v = 12', "v > 'abc'", "typeof(v) = 'text'", 'v = v', "js < 'a'"]) expect(() => translateCheck(text, 't', known)).toThrow(Untranslatable);
  });

  test.each([
    ["at <= datetime('now')", 'clock'], ['nosuch > 1', 'no column nosuch'], ['rowid > 1', 'rowid'], ["name REGEXP 'a'", 'REGEXP'],
    ["id = 'abc'", 'never equal'], ['name + 0 = upper(name)', 'never equal'], ['(SELECT count(*) FROM t) > 1', 'subquery'],
  ])('%s is refused: %s', (text, reason) => {
    expect(() => translateCheck(text, 't', context)).toThrow(reason);
  });
});

test('translateGenerated casts to the type of the column and refuses what depends on settings', () => {
  expect(translateGenerated('id + 1', 't', 'integer', context).sql).toBe('("Id" + 1)::integer');
  expect(() => translateGenerated("strftime('%Y', at)", 't', 'text', context)).toThrow('depends on the row alone');
});

test('translateIndex folds NOCASE and keeps directions', () => {
  const index = parseCreateIndex('CREATE UNIQUE INDEX i ON t(mail, name COLLATE NOCASE, id DESC) WHERE "on"');
  expect(translateIndex(index, context)).toEqual({
    terms: ['(lower("mail" COLLATE "C"))', '(lower("name" COLLATE "C"))', '"Id" DESC'], where: '"on"', hasExpressions: true, notes: [],
  });
});

test('translateIndex makes no partial index of a condition that is nothing but true', () => {
  expect(translateIndex(parseCreateIndex('CREATE INDEX i ON t(name) WHERE 1'), context)).not.toHaveProperty('where');
});

describe('translateSelect', () => {
  test('names its columns as SQLite does, under the identifier policy', () => {
    const { columns, sql } = translateSelect('SELECT ID, t.name AS "N N", id + 1, id FROM t', context);
    expect(columns.map((one) => [one.name, one.target])).toEqual([['Id', 'id'], ['N N', 'n n'], ['id + 1', 'id + 1'], ['Id:1', 'id:1']]);
    expect(sql).toBe('SELECT "t"."Id" AS "id", "t"."name" AS "n n", ("t"."Id" + 1) AS "id + 1", "t"."Id" AS "id:1" FROM "app"."t" AS "t"');
  });

  test('a string in double quotes is noted', () => {
    expect(translateSelect('SELECT id FROM t WHERE name = "x"', context).notes.join()).toContain("the text 'x'");
  });

  test('dates without one known format are compared by meaning, with a note', () => {
    const { sql, notes } = translateSelect("SELECT id FROM t WHERE at > '2024-01-01'", context);
    expect(sql).toContain(`"t"."at" > TIMESTAMP '2024-01-01'`);
    expect(notes.join()).toContain('points in time');
  });
});
