import fc from 'fast-check';
import { describe as group, expect, test } from 'vitest';
import { hasValues, type Query } from '../../model/conversation-query.ts';
import { describe, textsOf } from '../texts/index.ts';
import { emptyQuery, formatQuery, parseQuery, withFilter, withoutFilter, withoutPart, queryParts } from './index.ts';

const now = Date.parse('2024-05-15T12:34:56Z');
const options = { now };
const parse = (text: string) => parseQuery(text, options);
const query = (text: string): Partial<Query> => {
  const { query: found, diagnostics } = parse(text);
  expect(diagnostics, text).toEqual([]);
  return Object.fromEntries(Object.entries(found).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value !== null)));
};
const word = (text: string, not = false) => ({ kind: 'word', text, not });
const words = (text: string) => query(text).terms ?? [];
const problem = (text: string) => {
  const [first] = parse(text).diagnostics;
  return first === undefined ? null : { code: first.code.replace('query.', ''), at: text.slice(first.from, first.to), fix: first.suggestion };
};

group('terms', () => {
  test('words, phrases, prefixes, and what excludes them', () => {
    expect(words('ação "não abre" reembols* -teste -"de novo" NOT spam AND ok -x*')).toEqual([
      word('ação'), { kind: 'phrase', text: 'não abre', not: false }, { kind: 'prefix', text: 'reembols', not: false }, word('teste', true), { kind: 'phrase', text: 'de novo', not: true }, word('spam', true), word('ok'), { kind: 'prefix', text: 'x', not: true },
    ]);
  });
  test('typographic quotes, quotes within quotes, white space of all kinds', () => {
    expect(words('“tela  azul” «de\tnovo» "a \\"b\\" \\\\ c"').map(({ text }) => text)).toEqual(['tela azul', 'de novo', 'a "b" \\ c']);
    expect(words('um\u0000dois\u2067três\u2069\nquatro').map(({ text }) => text)).toEqual(['um', 'dois', 'três', 'quatro']);
  });
  test.each(['12:30', '12:30:15', 'https://x.y/z?a=b:c', 'mailto:ana@x.org', 'C:\\dir', 'std::vector', 'main.ts:12', 'host.example:8080', 'localhost:5432', 'llama3:8b', ':smile:', '{"a":1}', 'Obs:', 'Re:', '--force', 'a-b', "d'água", '(ver', 'São', '5"', 'não', 'or', 'not', 'x=y', 'a>b', 'quê?', '~/dir', '~5', 'R&D', '[1]', 'https://x.y/?q=a|b'])('%s is a word', (text) => {
    expect(words(text)).toEqual([word(text)]);
  });
  test('a backslash takes the meaning away', () => {
    expect(words('\\OR \\-x \\role:user \\"y -\\NOT').map(({ text }) => text)).toEqual(['OR', '-x', 'role:user', '"y', 'NOT']);
  });
  test('not, within a sentence, is a word', () => expect(query('app does not open')).toEqual({ terms: ['app', 'does', 'not', 'open'].map((text) => word(text)) }));
  test('punctuation alone is no word', () => expect(query('ação , - – (e)')).toEqual({ terms: [word('ação'), word('(e)')] }));
});

group('filters', () => {
  test('all operators, several values, exclusion', () => {
    expect(query('role:user role:tool -role:system model:gpt-4o:free user:"Ana Lima" NOT user:bob@x.org has:error -has:tool in:42 near:["a","7"] meta.plan.tier:gold -meta."a.b".c:"x y"')).toEqual({
      roles: ['user', 'tool'], notRoles: ['system'], models: ['gpt-4o:free'], users: ['Ana Lima'], notUsers: ['bob@x.org'], has: ['error'], notHas: ['tool'], in: '42', near: '["a","7"]',
      meta: [{ path: ['plan', 'tier'], value: 'gold', not: false }, { path: ['a.b', 'c'], value: 'x y', not: true }],
    });
  });
  test('Portuguese names, any letter case, with accents written either way', () => {
    expect(query('papel:usuário modelo:x USUÁRIO:ana antes:2024 depois:2023 tem:erro em:7 perto:9')).toEqual(query('role:user model:x user:ana before:2024 after:2023 has:error in:7 near:9'));
    expect(query('usuário:b'.normalize('NFD'))).toEqual({ users: ['b'] });
    expect(query('role:"usuário"')).toEqual({ roles: ['usuário'] });
  });
  test.each([
    ['after:2024', '2024-01-01T00:00:00.000Z', null], ['before:2024-05', null, '2024-05-01T00:00:00.000Z'], ['on:2024-02', '2024-02-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'], ['dia:2024-12-31', '2024-12-31T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
    ['after:2024-05-01T10:20', '2024-05-01T10:20:00.000Z', null], ['after:2024-05-01T10:20:30.1234567-03:00', '2024-05-01T13:20:30.1234567Z', null], ['before:2024-05-01T10:20:30Z', null, '2024-05-01T10:20:30.000Z'], ['after:"2024-05-01 10:20+02"', '2024-05-01T08:20:00.000Z', null],
    ['on:today', '2024-05-15T00:00:00.000Z', '2024-05-16T00:00:00.000Z'], ['dia:ontem', '2024-05-14T00:00:00.000Z', '2024-05-15T00:00:00.000Z'], ['after:7d', '2024-05-08T00:00:00.000Z', null], ['after:2w', '2024-05-01T00:00:00.000Z', null], ['after:12h', '2024-05-15T00:34:00.000Z', null],
    ['after:2023 after:2024 before:2026 before:2025', '2024-01-01T00:00:00.000Z', '2025-01-01T00:00:00.000Z'],
  ])('%s', (text, after, before) => {
    expect(parse(text)).toEqual({ query: { ...emptyQuery(), after, before }, diagnostics: [] });
  });
  test('dates are meant in the zone, also where clocks change at midnight', () => {
    const zone = 'America/Sao_Paulo';
    expect(parseQuery('on:2018-11-04', { now, zone }).query).toMatchObject({ after: '2018-11-04T03:00:00.000Z', before: '2018-11-05T02:00:00.000Z' });
    expect(parseQuery('on:today', { now: Date.parse('2024-05-15T01:00:00Z'), zone }).query).toMatchObject({ after: '2024-05-14T03:00:00.000Z', before: '2024-05-15T03:00:00.000Z' });
    expect(parseQuery('after:2024-05-01', { now, zone: 'No/Where' }).query.after).toBe('2024-05-01T00:00:00.000Z');
    expect(formatQuery(parseQuery('on:2018-11-04', { now, zone }).query, { zone })).toBe('after:2018-11-04 before:2018-11-05');
  });
});

group('diagnostics', () => {
  test.each([
    ['a roel:user b', 'unknown-operator', 'roel:user', 'role:user'], ['-form:ana', 'unknown-operator', '-form:ana', '-"form:ana"'], ['from:ana', 'unknown-operator', 'from:ana', 'user:ana'], ['desde:2024', 'unknown-operator', 'desde:2024', 'after:2024'],
    ['cpf:123', 'unknown-operator', 'cpf:123', '"cpf:123"'], ['meat.plan:gold', 'unknown-operator', 'meat.plan:gold', 'meta.plan:gold'], ['modle: x', 'unknown-operator', 'modle:', 'model:'], ['foo:"a b" c', 'unknown-operator', 'foo:"a b"', '"foo:\\"a b\\""'],
    ['x role: user y', 'empty-value', 'role: user', 'role:user'], ['role:', 'empty-value', 'role:', null], ['role:""', 'empty-value', 'role:""', null], ['has:erorr', 'unknown-has', 'has:erorr', 'has:error'], ['has:x', 'unknown-has', 'has:x', null],
    ['a "b c', 'unclosed-quote', '"b c', '"b c"'], ['user:"Ana', 'unclosed-quote', 'user:"Ana', 'user:"Ana"'], ['""', 'empty-quotes', '""', ''],
    ['before:2024-02-30', 'bad-date', 'before:2024-02-30', 'before:2024-02-29'], ['on:2023-13', 'bad-date', 'on:2023-13', null], ['after:25/12/2024', 'bad-date', 'after:25/12/2024', 'after:2024-12-25'], ['after:05/06/2024', 'bad-date', 'after:05/06/2024', null],
    ['after:2024-05-01T25:00', 'bad-date', 'after:2024-05-01T25:00', 'after:2024-05-01'], ['before:soon', 'bad-date', 'before:soon', null], ['after:999999d', 'bad-date', 'after:999999d', null], ['on:12h', 'on-moment', 'on:12h', null],
    ['after:2025 before:2024', 'empty-range', 'before:2024', null], ['-before:2024', 'cannot-negate', '-before:2024', 'after:2024'], ['NOT in:5', 'cannot-negate', 'NOT in:5', null], ['in:5 in:6', 'only-once', 'in:6', ''],
    ['a OR b', 'or', 'OR', ''], ['a OU b', 'or', 'OU', ''], ['a || b', 'or', '||', ''], ['-(a b)', 'group', '-(a', null], ['a NOT', 'not-alone', 'NOT', ''], ['NOT -a', 'not-alone', 'NOT', ''], ['NOT NOT a', 'not-alone', 'NOT', ''],
    ['oi 😀', 'not-searchable', '😀', ''], ['*fim', 'star', '*fim', '"*fim"'], ['*', 'star', '*', ''], ['meta:gold', 'meta-path', 'meta:gold', null], ['meta."a b', 'unclosed-quote', 'meta."a', null],
    ['model:gpt*', 'value-star', 'model:gpt*', 'model:gpt'], ['-user:user*', 'value-star', '-user:user*', '-user:user'], ['meta.a:g*', 'value-star', 'meta.a:g*', 'meta.a:"g*"'], ['in:a*', 'value-star', 'in:a*', 'in:a'],
    ['role:user,assistant', 'value-list', 'role:user,assistant', 'role:user role:assistant'], ['NOT papel:a|b', 'value-list', 'NOT papel:a|b', 'NOT papel:a NOT papel:b'], ['has:error,tool', 'value-list', 'has:error,tool', 'has:error has:tool'],
    ['role:!user', 'value-not', 'role:!user', '-role:user'], ['-has:!error', 'value-not', '-has:!error', 'has:error'],
    ['role=user', 'comparison', 'role=user', 'role:user'], ['-papel=user', 'comparison', '-papel=user', '-role:user'], ['role!=user', 'comparison', 'role!=user', '-role:user'], ['created>2024', 'comparison', 'created>2024', 'after:2024'], ['date<=2024-05', 'comparison', 'date<=2024-05', 'before:2024-05'],
    ['"a b"~5', 'fuzzy', '~5', ''], ['tela~2', 'fuzzy', 'tela~2', 'tela'], ['-tela^3', 'fuzzy', '-tela^3', '-tela'],
    ['wor?d', 'wildcard', 'wor?d', 'wor*'], ['-w?rd*', 'wildcard', '-w?rd*', '-w*'], ['ação|acao', 'or', 'ação|acao', 'ação acao'], ['a||b', 'or', 'a||b', 'a b'], ['NOT a|b', 'or', 'NOT a|b', null],
    ['x [2024 TO 2025] y', 'range', '[2024 TO 2025]', 'after:2024 before:2026-01-01'], ['{2024-05 TO *}', 'range', '{2024-05 TO *}', 'after:2024-05'], ['[a TO b]', 'range', '[a TO b]', null], ['2023..2024-05', 'range', '2023..2024-05', 'after:2023 before:2024-06-01'],
    ['meta.:x', 'meta-path', 'meta.:x', null], ['meta..a:x', 'meta-path', 'meta..a:x', null],
    ['not ação', 'small-not', 'not', 'NOT'], ['x Not role:user', 'small-not', 'Not', 'NOT'], ['((((', 'nothing-asked', '((((', ''], ['-', 'nothing-asked', '-', ''], [' AND ', 'nothing-asked', 'AND ', ''],
  ])('%s → %s', (text, code, at, fix) => {
    expect(problem(text)).toEqual({ code, at, fix });
  });
  test('what a suggestion makes of the line is understood, or asks for something else', () => {
    for (const text of ['model:gpt*', 'meta.a:g*', 'role:user,assistant', 'role:!user', 'role=user', 'created>2024', '"a b"~5', 'tela~2', 'wor?d', 'ação|acao', '[2024 TO 2025]', '2023..2024', 'not ação', 'a roel:user b', 'from:ana', 'x role: user y', 'has:erorr', 'a "b c', 'before:2024-02-30', 'foo:"a b" c', '*fim', '-before:2024', 'a OR b']) {
      const [first] = parse(text).diagnostics;
      expect(first?.suggestion, text).not.toBeNull();
      const mended = text.slice(0, first?.from) + (first?.suggestion ?? '') + text.slice(first?.to);
      expect(parse(mended).diagnostics, mended).toEqual([]);
    }
  });
  test('every diagnostic has its sentence in both languages', () => {
    const codes = Object.keys(textsOf('en')).filter((code) => code.startsWith('query.'));
    expect(codes.length).toBeGreaterThan(15);
    for (const code of codes) expect(describe(code, {}, 'pt-BR')).not.toBe(describe(code, {}, 'en'));
  });
});

test('hostile lines: long, many, right to left, quotes, SQL', () => {
  expect(problem('x'.repeat(10_000))?.code).toBe('long-word');
  expect(problem(`"${'x '.repeat(5000)}"`)?.code).toBe('long-phrase');
  expect(problem('a '.repeat(5000))?.code).toBe('too-many');
});

test('thousands of terms end at a cap that says so', () => {
  const text = Array.from({ length: 5000 }, (_, index) => `w${index}`).join(' ');
  const { query: found, diagnostics } = parse(text.slice(0, 20_000));
  expect(found.terms).toHaveLength(64);
  expect(diagnostics.map(({ code }) => code)).toEqual(['query.too-many']);
  expect(parse('y'.repeat(20_001)).diagnostics.map(({ code }) => code)).toEqual(['query.long-query']);
  expect(words("'; DROP TABLE messages; -- ' שלום مرحبا").map(({ text: each }) => each)).toEqual(['DROP', 'TABLE', 'messages;', 'שלום', 'مرحبا']);
});

group('random', () => {
  const snippet = fc.constantFrom('role:', 'meta.a."b', 'meta.', '"', '-', 'NOT', 'OR', ' ', '\\', '*', 'before:2024-', 'has:', '\u0000', '😀', '\ud800', 'é', 'x', ':', '“', '»', '\u202e', 'ação', '.', '(', '2024-02-30', 'on:', ',', '|', '!', '?', '~5', '^2', '=', '>', '[', ' TO ', ']', '..', 'not ', '((', 'created', 'role');
  const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.array(snippet, { maxLength: 30 }).map((parts) => parts.join('')));
  const run = { numRuns: 1500 };

  test('never throws; diagnostics and parts lie within the line', () => {
    fc.assert(fc.property(line, (text) => {
      const { diagnostics } = parse(text);
      for (const { from, to } of [...diagnostics, ...queryParts(text, options)]) {
        expect(0 <= from && from < to && to <= text.length).toBe(true);
      }
    }), run);
  });
  test('long lines too, of whatever repeats: each within the time of a test', () => {
    fc.assert(fc.property(fc.array(snippet, { minLength: 1, maxLength: 4 }), (pieces) => {
      const unit = pieces.join('') || 'x';
      const text = unit.repeat(Math.ceil(20_000 / unit.length)).slice(0, 20_000);
      expect(parse(text).diagnostics.every(({ from, to }) => 0 <= from && from < to && to <= text.length)).toBe(true);
    }), { numRuns: 150 });
  });
  test('what was understood is written and read again the same', () => {
    fc.assert(fc.property(line, (text) => {
      const { query: first } = parse(text);
      expect(parse(formatQuery(first)).query).toEqual(first);
    }), run);
  });

  const flat = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).map((text) => text.toWellFormed().replaceAll(/[\p{Cc}\s\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]+/gu, ' ').trim());
  const spoken = flat.filter((text) => /[\p{L}\p{N}]/u.test(text));
  const unspaced = fc.oneof(spoken, fc.constantFrom('OR', 'NOT', '-x', 'role:user', '"q', '\\back', 'a*b', 'foo:bar', '\\', '(x').filter((text) => /\w/.test(text))).map((text) => text.replaceAll(' ', '').replace(/\*+$/, '')).filter((text) => /[\p{L}\p{N}]/u.test(text));
  const term = fc.record({ kind: fc.constantFrom('word' as const, 'prefix' as const), text: unspaced, not: fc.boolean() });
  const phrase = fc.record({ kind: fc.constant('phrase' as const), text: spoken, not: fc.boolean() });
  const value = fc.oneof(flat, fc.constantFrom('sistema', 'usuário', '"x', '["a","b"]', 'a"b', '-y')).filter((text) => text !== '');
  const list = fc.uniqueArray(value, { maxLength: 3 });
  const at = fc.option(fc.integer({ min: Date.parse('0001-01-02'), max: Date.parse('9999-12-30') }).map((time) => new Date(time).toISOString()));
  const has = fc.uniqueArray(fc.constantFrom(...hasValues));
  const any: fc.Arbitrary<Query> = fc.record({
    terms: fc.uniqueArray(fc.oneof(term, phrase), { maxLength: 5, selector: (each) => JSON.stringify(each) }),
    roles: list, notRoles: list, models: list, notModels: list, users: list, notUsers: list, after: at, before: at, has, notHas: has, in: fc.option(value), near: fc.option(value),
    meta: fc.uniqueArray(fc.record({ path: fc.array(fc.oneof(value, fc.constantFrom('a.b', 'x"', 'c:', '\\')), { minLength: 1, maxLength: 3 }), value, not: fc.boolean() }), { maxLength: 3, selector: (each) => JSON.stringify(each) }),
  });
  test('parse(format(q)) is q, in any zone', () => {
    fc.assert(fc.property(any, fc.constantFrom('UTC', 'America/Sao_Paulo', 'Asia/Kolkata', 'Australia/Lord_Howe'), (given, zone) => {
      const { query: found, diagnostics } = parseQuery(formatQuery(given, { zone }), { now, zone });
      expect(found).toEqual(given);
      expect(diagnostics.filter(({ code }) => code !== 'query.empty-range')).toEqual([]);
    }), run);
  });
  test('a filter added is there; taken away, the line means what it meant', () => {
    fc.assert(fc.property(line.filter((text) => parse(text).diagnostics.length === 0 && parse(text).query.users.length === 0), value, (text, user) => {
      const added = withFilter(text, { operator: 'user', value: user }, options);
      expect(parse(added)).toEqual({ query: { ...parse(text).query, users: [user] }, diagnostics: [] });
      expect(withFilter(added, { operator: 'user', value: user }, options)).toBe(added);
      expect(parse(withoutFilter(added, 'user', options)).query).toEqual(parse(text).query);
    }), { numRuns: 500, examples: [['\u0000not ', 'sistema'], ['“role:"not ', 'x']] });
  });
});

test('chips edit the text they stand in and leave the rest as typed', () => {
  const text = 'ação  role:user   "tela azul" in:5';
  expect(queryParts(text, options).map(({ from, to }) => text.slice(from, to))).toEqual(['ação', 'role:user', '"tela azul"', 'in:5']);
  expect(withoutFilter(text, 'role', options)).toBe('ação  "tela azul" in:5');
  expect(withFilter(text, { operator: 'in', value: '6' }, options)).toBe('ação  role:user   "tela azul" in:6');
  expect(withFilter(text, { operator: 'role', value: 'user', not: true }, options)).toBe('ação  "tela azul" in:5 -role:user');
  expect(withoutPart(text, { from: 0, to: 4 })).toBe('role:user   "tela azul" in:5');
  expect(withoutPart('"a"b', { from: 0, to: 3 })).toBe('b');
});
