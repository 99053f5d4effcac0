import fc from 'fast-check';
import type { SqliteDb } from '../../src-main/drivers/sqlite/index.ts';
import type { Cell } from './values.ts';

/**
 * Random expressions of SQLite over one awkward table, for views, conditions and generated columns. A template's words in braces are
 * filled with expressions: N a number, T a text, D something a date function reads, J a text of JSON, B a condition, E any of them, and
 * words in small letters from the lists below.
 */

const columnsOf: Readonly<Record<'N' | 'T' | 'D' | 'J' | 'E', readonly string[]>> = {
  N: ['i', 'k', 'r', 'q', 'n', 'm', 'f', 'whole', 'epoch', 'id', 'label_id', 'w'],
  T: ['s', 'u', 'nc', 'rt', 'vc', 'label', 'word'],
  D: ['ts', 'd', 'dt', 'tm', 'epoch_at', 'moment', 'fine', 'iso'],
  J: ['j', 'js'],
  E: ['i', 'k', 'r', 'q', 'n', 'm', 's', 'u', 'nc', 'rt', 'b', 'f', 'ts', 'd', 'tm', 'dt', 'epoch', 'epoch_at', 'moment', 'fine', 'iso', 'j', 'js', 'mixed', 'untyped', 'vc', 'whole', 'uid', 'word'],
};

const literals: Readonly<Record<'N' | 'T' | 'D' | 'J' | 'E', readonly string[]>> = {
  N: ['0', '1', '2', '3', '-1', '-2', '7', '-0.001', '9007199254740993', '10', '100', '0.5', '1.5', '2.5', '-0.5', '0.1', '3.0', '1e3', '2147483648', 'NULL', 'TRUE', 'FALSE', '0x1F', "'12'", "'3.5'"],
  T: ["''", "'a'", "'A'", "'abc'", "'ABC'", "'a '", "'12'", "'3.50'", "'é'", "'x y'", "'%b%'", "'1e3'", "' 7'", 'NULL', "'2021-01-01'"],
  D: ["'2021-03-31'", "'2021-03-04 05:06:07'", "'2021-03-04 05:06:07.1239'", "'2021-03-04T05:06:07Z'", "'2021-03-04 05:06+02:00'", "'12:00'", "'2024-02-29'", '2459278.5', "'abc'",
    'NULL', "'9999-12-31'"],
  J: [`'{"a":1,"b":[1,2,{"c":"x"}]}'`, `'[1,2.0,"a",null,true]'`, `'{"a":1.0,"c":2}'`, `'5'`, 'NULL'],
  E: ["x'00ff'", "x''", "x'6162'", "'a'", '1', '2.5', 'NULL', "'12'", "''"],
};

const words: Readonly<Record<string, readonly string[]>> = {
  compare: ['=', '<>', '<', '<=', '>', '>=', 'IS', 'IS NOT', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM', '==', '!='],
  arithmetic: ['+', '-', '*', '/', '%'],
  bits: ['&', '|'],
  collation: ['BINARY', 'NOCASE', 'RTRIM'],
  type: ['INTEGER', 'INT', 'REAL', 'TEXT', 'NUMERIC', 'BLOB', 'VARCHAR(5)', 'DOUBLE', 'DECIMAL(5,2)', 'DATE', 'BOOLEAN'],
  glob: ["'a*'", "'*b*'", "'?b?'", "'[a-c]*'", "'[^a-c]*'", "'*[0-9]'", "''", "'*'", "'a.c'", "'[]]*'"],
  like: ["'a%'", "'%B%'", "'_b_'", "'%'", "''", "'É'", "'é%'", "'a\\%b'", "'%a\\_b%'", "'12%'", "'% '", "'ab!'", "'a!%b'"],
  digits: ['0', '1', '2', '3', '5', '-1'],
  format: ["'%d'", "'%5d|'", "'%05d'", "'%-5d|'", "'%s'", "'%5s|'", "'%-5s|'", "'%.2s'", "'%f'", "'%.2f'", "'%.0f'", "'%.1f'", "'%8.2f'", "'%08.2f'", "'%-8.2f|'", "'%.10f'",
    "'%x'", "'%X'", "'%04x'", "'%i%%'", "'%u'", "'%c'", "'%.3d'", "'%+d'", "'%g'", "'%e'", "'%,d'"],
  modifier: ["'+1 day'", "'-1 day'", "'+1 month'", "'-1 month'", "'+1 year'", "'-13 months'", "'+1.5 days'", "'-90 minutes'", "'+0.25 hours'", "'+30.5 seconds'", "'start of day'",
    "'start of month'", "'start of year'", "'weekday 0'", "'weekday 4'", "'+05:30'", "'-05:30'", "'subsec'", "'+0 days'"],
  strftime: ["'%Y'", "'%m'", "'%d'", "'%H:%M'", "'%S'", "'%f'", "'%j'", "'%w'", "'%s'", "'%Y-%m-%d %H:%M:%S'", "'%Y-W%V'", "'%G'", "'%u'", "'%I %p'", "'%F %T'", "'%R'", "'day %d'",
    "'%J'", "'%W'", "'%e'", "'%k'", "'%P'", "'%Y%m'", "'%%'"],
  key: ["'a'", "'b'", "'c'", "'$.a'", "'$.b'", "'$[0]'", "'$.l[1]'", "'$.o.z'", '0', '1', '-1', "'$'", "'0'", "'$.x.y[0].z'", "'a b'", "'$.\"a b\"'", "'$[#-1]'"],
  path: ["'$'", "'$.a'", "'$.b'", "'$.c'", "'$.d'", "'$.l'", "'$.l[0]'", "'$.l[#-1]'", "'$.o'", "'$.o.z'", "'$[0]'", "'$[1]'", "'$.0'", "'$.\"a b\"'", "'$.b.x'", "'$.a[0]'"],
  chars: ["'a'", "' '", "'ab'", "'%'", "'a '", "''"],
  literal: ["'a'", '1', "'12'", '2.5', "'2021-01-01'", 'NULL', "''", "'ABC'", '0', "x'00'"],
  shift: ['0', '1', '2', '8', '31', '63', '64', '-1'],
};

const templates: Readonly<Record<'N' | 'T' | 'D' | 'J' | 'B' | 'E', readonly string[]>> = {
  N: [
    '({N} {arithmetic} {N})', '({N} {arithmetic} {N})', '({N} {arithmetic} {N})', '({E} {arithmetic} {E})', '({N} {bits} {N})', '({N} << {shift})', '({N} >> {shift})', '(-{N})',
    '(+{N})', '(~{N})', '(-{E})', 'abs({N})', 'abs({E})', 'round({N})', 'round({N}, {digits})', 'round({N}, {digits})', 'round({E})',
    'sign({N})', 'ceil({N})', 'floor({N})', 'trunc({N})', 'sqrt({N})', 'exp({N} % 5)', 'ln({N})', 'log10({N})', 'log2({N})', 'log({N})', 'log(2, {N})', 'pow({N} % 9, {N} % 5)',
    'power({N} % 7, 2)', 'mod({N}, {N})', 'pi()', 'radians({N})', 'degrees({N})', 'sin({N})', 'cos({N})', 'tan({N})', 'asin({N})', 'acos({N})', 'atan({N})', 'atan2({N}, {N})',
    'length({T})', 'length({E})', 'octet_length({E})', 'instr({T}, {T})', 'unicode({T})', 'max({N}, {N})', 'min({N}, {N}, {N})', 'coalesce({N}, {N})', 'ifnull({N}, {N})',
    'nullif({N}, {N})', 'iif({B}, {N}, {N})', 'CASE WHEN {B} THEN {N} ELSE {N} END', 'CASE WHEN {B} THEN {N} END', 'CASE {E} WHEN {E} THEN {N} WHEN {E} THEN {N} END',
    'CAST({E} AS INTEGER)', 'CAST({E} AS REAL)', 'CAST({E} AS NUMERIC)', 'CAST({T} AS {type})', 'unixepoch({D})', 'unixepoch({D}, {modifier})', 'julianday({D})',
    'julianday({D}, {modifier})', 'CAST(strftime({strftime}, {D}) AS INTEGER)', 'strftime({strftime}, {D}) + 0',
    'json_array_length({J})', 'json_array_length({J}, {path})', 'json_extract({J}, {path}) + 0', '({J} ->> {key}) + 1', 'likely({N})', '{T} + 0',
    '(SELECT max(w) FROM k WHERE label_id = t.id)', '(SELECT count(*) FROM k WHERE label = {T})', '(SELECT w FROM k WHERE kid = t.id)',
  ],
  T: [
    '({T} || {T})', '({E} || {E})', '({N} || {T})', 'lower({T})', 'upper({T})', 'upper({E})', 'trim({T})', 'trim({T}, {chars})', 'ltrim({T}, {chars})', 'rtrim({T})',
    'replace({T}, {T}, {T})', 'substr({T}, {N})', 'substr({T}, {N}, {N})', 'substr({T}, k, 2)', 'substr({T}, 2, k)', 'substr({T}, -2)', 'substr({T}, -3, 2)', 'substr({T}, 2, -1)',
    'substr({T}, 0, 2)', 'substr({E}, 1, 2)', 'substr(b, {N})', 'substr(b, {N}, {N})', 'hex(substr(b, -2, 1))', 'substring({T}, 2)',
    'hex({E})', 'hex({T})', 'quote({E})', 'quote({T})', 'typeof({E})', 'typeof({N})', 'char(65, k + 70)', 'concat({T}, {E})', 'concat_ws({chars}, {T}, {E})',
    'printf({format}, {N})', 'printf({format}, {N})', 'printf({format}, {E})', 'format({format}, {T})', 'CAST({E} AS TEXT)', 'CAST({N} AS TEXT)', 'coalesce({T}, {T})',
    'ifnull({T}, {E})', 'nullif({T}, {T})', 'iif({B}, {T}, {E})', 'CASE WHEN {B} THEN {T} ELSE {E} END', 'CASE {T} WHEN {T} THEN {T} ELSE {T} END',
    'max({T}, {T})', 'min({T}, {T})', 'date({D})', 'date({D}, {modifier})', 'time({D})', 'time({D}, {modifier})', 'datetime({D})', 'datetime({D}, {modifier})',
    'datetime({D}, {modifier}, {modifier})', "datetime({N}, 'unixepoch')", "date(epoch, 'unixepoch', {modifier})", 'strftime({strftime}, {D})', 'strftime({strftime}, {D}, {modifier})',
    'strftime({strftime}, {D})',
    'json_extract({J}, {path})', '({J} ->> {key})', '({J} -> {key})', 'json_type({J})', 'json_type({J}, {path})', '({T} COLLATE {collation})', '(+{T})', 'substr({D}, 1, 10)',
    '({D} || {T})', '(SELECT label FROM k WHERE kid = t.id)', '(SELECT max(label) FROM k WHERE label_id = t.id)', 'unhex(hex({T}))', 'nullif({T}, {E})', 'likelihood({T}, 0.5)',
    "json_array({N}, {T})", "json_object('a', {N})",
  ],
  D: ['date({D})', 'datetime({D}, {modifier})', 'coalesce({D}, {D})', 'substr({D}, 1, 10)', 'CASE WHEN {B} THEN {D} ELSE {D} END', 'max({D}, {D})'],
  J: ['({J} -> {key})', 'json_extract({J}, {path})', 'coalesce({J}, {J})'],
  B: [
    '({N} {compare} {N})', '({N} {compare} {N})', '({T} {compare} {T})', '({T} {compare} {T})', '({E} {compare} {E})', '({E} {compare} {E})', '({D} {compare} {D})',
    '({D} {compare} {T})', '(+{T} {compare} {T})', '(CAST({T} AS TEXT) {compare} {T})', '({T} COLLATE {collation} {compare} {T})', '({T} {compare} {T} COLLATE {collation})',
    '(({T} || {T}) COLLATE {collation} {compare} {T})', '(lower({T} COLLATE {collation}) {compare} {T})',
    '({B} AND {B})', '({B} OR {B})', '(NOT {B})', '(NOT {E})', '({E} ISNULL)', '({E} NOT NULL)', '({E} IS NULL)', '({E} IS TRUE)', '({E} IS NOT FALSE)', '({E} AND {E})',
    '({E} BETWEEN {E} AND {E})', '({N} BETWEEN {N} AND {N})', '({N} NOT BETWEEN {N} AND {N})', '({T} BETWEEN {T} AND {T})', '({D} BETWEEN {D} AND {D})',
    '({T} COLLATE {collation} BETWEEN {T} AND {T})',
    '({E} IN ({E}, {E}))', '({N} IN ({N}, {N}, NULL))', '({T} IN ({T}, {T}))', '({T} NOT IN ({T}, {T}))', '(+{T} IN ({T}, {T}))', '({T} COLLATE {collation} IN ({T}, {T}))',
    '({T} IN ({T} COLLATE {collation}, {T}))', '({E} IN ())', '({D} IN ({D}, {D}))', '({T} IN (SELECT label FROM k))', '({E} NOT IN (SELECT {E} FROM k))',
    '({N} IN (SELECT w FROM k WHERE w IS NOT NULL))', '({T} IN (SELECT word FROM k))',
    '({T} LIKE {like})', '({E} LIKE {like})', "({T} LIKE {like} ESCAPE '\\')", "({T} NOT LIKE {like} ESCAPE '!')", '({T} LIKE {T})', '({T} GLOB {glob})', '({T} NOT GLOB {glob})',
    '({E} GLOB {glob})', 'like({like}, {T})', 'glob({glob}, {T})', 'EXISTS (SELECT 1 FROM k WHERE label_id = t.id AND {B})', '(CASE WHEN {B} THEN {B} ELSE {B} END)', 'json_valid({J})',
    'json_valid({T})', 'coalesce({B}, {B})', '(json_extract({J}, {path}) {compare} {E})', '(({J} ->> {key}) {compare} {E})', '((i, s) = ({N}, {T}))', '({E} = typeof({E}))',
    "(typeof({E}) = 'text')", "(typeof({E}) IN ('integer', 'null'))", "(strftime({strftime}, {D}) {compare} {E})", 'iif({B}, {B}, {B})', 'ifnull({B}, 0)',
  ],
  E: ['{N}', '{T}', '{B}', '{D}', '{J}', 'coalesce({E}, {E})', 'CASE WHEN {B} THEN {E} ELSE {E} END', 'max({E}, {E})', 'nullif({E}, {E})', '(+{E})', 'CAST({E} AS {type})',
    '({E} COLLATE {collation})'],
};

type Slot = keyof typeof templates;

const isSlot = (name: string): name is Slot => name in templates;
const pick = (list: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...list);

/** A template with every `{…}` filled. */
function filled(template: string, slot: (name: Slot) => fc.Arbitrary<string>): fc.Arbitrary<string> {
  const parts = template.split(/(\{\w+\})/);
  return fc.tuple(...parts.map((part) => {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined) return fc.constant(part);
    return isSlot(name) ? slot(name) : pick(words[name] ?? []);
  })).map((each) => each.join(''));
}

const leaf = (name: Slot): fc.Arbitrary<string> => {
  if (name === 'B') return fc.oneof(filled('({N} {compare} {N})', leaf), filled('({T} {compare} {T})', leaf), pick(['f', 'k', 'f IS NOT NULL']));
  return fc.oneof({ weight: 3, arbitrary: pick(columnsOf[name]) }, { weight: 1, arbitrary: pick(literals[name]) });
};

const { N, T, D, J, B, E } = fc.letrec<Readonly<Record<Slot, string>>>((tie) => {
  const of = (name: Slot): fc.Arbitrary<string> => fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true }, { weight: 2, arbitrary: leaf(name) },
    { weight: 3, arbitrary: fc.constantFrom(...templates[name]).chain((template) => filled(template, tie)) },
  );
  return { N: of('N'), T: of('T'), D: of('D'), J: of('J'), B: of('B'), E: of('E') };
});
const slots = { N, T, D, J, B, E };
const filledView = (template: string): fc.Arbitrary<string> => filled(template, (name) => slots[name]);

const aggregates = [
  'count(*)', 'count({E})', 'count(DISTINCT {N})', 'count(DISTINCT {T})', 'sum({N})', 'sum(DISTINCT k)', 'sum({T})', 'total({N})', 'avg({N})', 'avg({E})', 'min({N})', 'max({T})',
  'min({E})', 'max({D})', "group_concat({T}, '|' ORDER BY id)", "group_concat({N}, ',' ORDER BY id)", 'string_agg({T}, {chars} ORDER BY {T}, id)', 'sum({N}) FILTER (WHERE {B})',
  'count(*) FILTER (WHERE {B})', 'max({T}) FILTER (WHERE {B})', 'count(DISTINCT {T} COLLATE NOCASE)', 'sum({N}) / count(*)', 'round(avg({N}), 2)', 'coalesce(sum({N}), 0)',
  'max({N}) - min({N})', 'sum(CASE WHEN {B} THEN 1 ELSE 0 END)', 'sum({B})', 'json_group_array({N})',
] as const;
const windows = [
  'row_number() OVER (ORDER BY {E}, id)', 'rank() OVER (ORDER BY {N})', 'dense_rank() OVER (PARTITION BY k ORDER BY {T})', 'percent_rank() OVER (ORDER BY {N})',
  'cume_dist() OVER (ORDER BY {E})', 'ntile(4) OVER (ORDER BY {E}, id)', 'lag({E}) OVER (ORDER BY id)', 'lead({E}, 2, {E}) OVER (ORDER BY {E}, id)',
  'first_value({E}) OVER (PARTITION BY {N} ORDER BY id)', 'last_value({E}) OVER (ORDER BY {T} COLLATE NOCASE, id)', 'nth_value({E}, 2) OVER (ORDER BY id DESC)',
  'sum({N}) OVER (ORDER BY id)', 'sum({N}) OVER (PARTITION BY {E})', 'count({E}) OVER (PARTITION BY {T})', 'avg({N}) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING)',
  'max({T}) OVER (ORDER BY {E} DESC, id)', 'sum(k) OVER (ORDER BY k RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)', 'sum(k) OVER (ORDER BY {N} GROUPS 1 PRECEDING)',
  "group_concat({T}, '.') OVER (ORDER BY id ROWS 2 PRECEDING)", 'sum(k) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW)',
  'first_value({T}) OVER (ORDER BY id) = {T}', 'count(*) FILTER (WHERE {B}) OVER (ORDER BY id)',
] as const;

const templatesOfViews: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: pick(['SELECT id, {N} AS x FROM t', 'SELECT id, {T} AS x FROM t', 'SELECT id, {T} AS x FROM t', 'SELECT id, {B} AS x FROM t',
    'SELECT id, {B} AS x FROM t', 'SELECT id, {E} AS x FROM t']) },
  { weight: 2, arbitrary: pick(['SELECT id FROM t WHERE {B}', 'SELECT id, {E} AS x FROM t WHERE {B}', 'SELECT id, {E} AS x FROM t WHERE {E}']) },
  { weight: 4, arbitrary: pick(aggregates).chain((each) => pick([
    `SELECT ${each} AS x FROM t`, `SELECT k, ${each} AS x FROM t GROUP BY k`, `SELECT ${each} AS x FROM t WHERE {B}`, `SELECT {T} AS g, ${each} AS x FROM t GROUP BY 1`,
    `SELECT {E} AS g, ${each} AS x FROM t GROUP BY g`, `SELECT k, ${each} AS x FROM t GROUP BY k HAVING ${each} > 1`,
  ])) },
  { weight: 3, arbitrary: pick(windows).map((each) => `SELECT id, ${each} AS x FROM t`) },
  { weight: 3, arbitrary: pick(['SELECT id, {E} AS x FROM t ORDER BY {E}, id LIMIT 7', 'SELECT id, {T} AS x FROM t ORDER BY x DESC, id LIMIT 9 OFFSET 5',
    'SELECT id FROM t ORDER BY {T} COLLATE {collation} DESC NULLS LAST, id LIMIT 9', 'SELECT id FROM t ORDER BY {N} NULLS FIRST, id DESC LIMIT 5', 'SELECT DISTINCT {E} AS x FROM t',
    'SELECT DISTINCT k, {B} AS x FROM t ORDER BY 1, 2 LIMIT 4']) },
  { weight: 3, arbitrary: pick(['SELECT {T} AS x FROM t UNION SELECT {T} FROM t', 'SELECT {N} AS x FROM t INTERSECT SELECT {N} FROM t',
    'SELECT {E} AS x FROM t EXCEPT SELECT {E} FROM t', 'SELECT {N} AS x FROM t UNION ALL SELECT {E} FROM t',
    'SELECT {T} AS x FROM t EXCEPT SELECT label FROM k UNION SELECT word FROM k', 'VALUES ({N}), (1)', 'SELECT max({E}) AS x FROM t UNION ALL SELECT min({N}) FROM t WHERE {B}']) },
  { weight: 3, arbitrary: pick(['SELECT t.id, kid, {E} AS x FROM t JOIN k ON label_id = t.id', 'SELECT t.id, kid, {E} AS x FROM t LEFT JOIN k ON label_id = t.id AND {B}',
    'SELECT t.id, kid FROM t JOIN k ON {T} = word', 'SELECT t.id, kid FROM t, k WHERE label_id = t.id AND {B}',
    'SELECT id, y {compare} {T} AS x FROM (SELECT t.*, {T} AS y FROM t) AS t', 'SELECT id, y {compare} {E} AS x FROM (SELECT t.*, {E} AS y FROM t) AS t',
    "SELECT id, y || 'x' AS x FROM (SELECT id, {E} AS y FROM t)", 'WITH c AS (SELECT id, {E} AS y FROM t WHERE {B}) SELECT id, y, typeof(y) AS x FROM c',
    'WITH c(id, y) AS (SELECT id, {N} FROM t) SELECT sum(y) AS x, max(id) AS z FROM c', 'SELECT id, y IN ({E}, {E}) AS x FROM (SELECT t.*, {E} AS y FROM t) AS t',
    'SELECT kid, count(*) AS n, max({E}) AS x FROM k LEFT JOIN t ON t.id = label_id GROUP BY kid', 'SELECT id, x FROM t JOIN (SELECT id, {N} AS x FROM t) USING (id) WHERE {B}',
    'SELECT id, (SELECT group_concat(label, {chars} ORDER BY kid) FROM k WHERE label_id = t.id AND {B}) AS x FROM t',
    'WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 9) SELECT v, {N} AS x FROM n JOIN t ON id = v']) },
);

/** The SELECT of a view. Words that only a join knows are columns of `k`, which SQLite refuses elsewhere: such views are not made. */
export const viewArbitrary: fc.Arbitrary<string> = templatesOfViews.chain(filledView);

/** The SELECT of a view on such a view, whose `x` it reads. */
export const outerArbitrary = (view: string): fc.Arbitrary<string> => pick([
  '{T}', 'x {compare} {literal}', 'x {compare} {literal}', 'x = x', "x || 'z'", 'typeof(x)', 'x + 1', 'x / 2', 'coalesce(x, {literal})', 'x IN ({literal}, {literal})',
  'CAST(x AS {type})', 'length(x)', 'lower(x)', 'max(x)', 'min(x)', 'sum(x)', 'round(x, 1)', 'CASE WHEN x THEN 1 ELSE 0 END', '-x', 'quote(x)', "printf('%s', x)", "x LIKE '%1%'",
]).chain((template) => filled(template.replaceAll('{T}', 'x'), (name) => leaf(name))).map((text) => `SELECT ${text} AS y FROM ${view}`);

/** A condition on one row of `t`, without subqueries. */
export const conditionArbitrary: fc.Arbitrary<string> = B.filter((text) => !/\bSELECT\b/.test(text));

/** An expression on one row of `t`, without subqueries. */
export const expressionArbitrary: fc.Arbitrary<string> = fc.oneof(N, T, T, B, E).filter((text) => !/\bSELECT\b/.test(text));

const integers = [0n, 1n, -1n, 2n, -2n, 7n, -7n, 10n, 100n, -100n, 255n, 256n, 65_535n, 2_147_483_647n, -2_147_483_648n, 1_000_000_000n, null];
const small = [0n, 1n, 2n, 3n, -1n, -2n, -3n, 5n, -5n, 4n, null, 7n, 12n, 31n, -31n];
const reals = [0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.1, 0.2, 0.3, 1 / 3, -1 / 3, 1e15, 123_456_789.125, 1e-7, 1e-5, 12_345.6789, 2.675, 1.005, -0.001, 3, -3,
  1_234_567_890.123_456_7, 99_999.5, 0.045, null, 1e16, 0.994_999_999];
const halves = [0, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 0.25, 0.125, 0.375, 0.75, 1, 2, 3, -1, -2, 4.5, 10, 100.5, null];
const decimals = [0n, 1n, 2.5, 3.14, -7n, -2.25, 100n, 0.1, 99_999_999.99, null, 12.3, 7n, 2n];
const numbers = [0n, 1n, 2.5, 3n, -3n, 12_345_678_901_234n, 0.1, 1e-5, null, -0.5, 7n, 2n, 1_000_000n];
const texts = [
  '', 'a', 'A', 'abc', 'ABC', 'aBc', ' abc ', '12', '12abc', '1e3', ' 7', '7 ', '-5', '3.5', '3.50', 'ß', 'é', 'É', 'İ', 'ı', '😀x', 'a\nb', 'a%b', 'a_b', 'a\\b', '\\', '\t5',
  '0x10', '.5', '5.', '+5', 'inf', 'nan', '2021-01-01', '-', '.', 'e5', '1e', '--1', '1_000', 'a[b]c', '[', 'a]', '*', '?', 'a*b', '%', '_', 'ﬀ',
  'e\u0301', '\u00A0x', 'Straße', "it's", '"q"', 'true', '0', '00', '1.0', '9223372036854775807', 'abcabcabc', '\r\n', '𐐀', 'zz', 'Z', null, 'a ', 'abc  ', ' ',
];
const moments = ['2024-02-29 23:59:59', '2023-12-31 23:59:59', '2024-01-31 00:00:00', '2023-03-31 12:00:00', '1969-12-31 23:59:59', '1066-10-14 00:00:00', '9999-12-31 23:59:59',
  '2021-01-03 00:00:00', '2021-06-15 12:34:56', '1999-10-05 01:02:03', null];
const dates = [
  '2021-03-04', '2021-03-04 05:06', '2021-03-04 05:06:07', '2021-03-04T05:06:07', '2021-03-04 05:06:07.123', '2021-03-04 05:06:07.9996', '2021-03-04T05:06:07Z',
  '2021-03-04 05:06:07+02:00', '2021-03-04 05:06-05:30', '12:00', '12:30:45', '12:30:45.678', '2459278.5', '2459278', '2.46e6', 'abc', '', '2021-02-28', '2021-04-30', '2021-05-31',
  '2021-08-31', '2021-13-01', '2021-00-10', '2021-01-00', '2021-01-32', '2021-1-1', ' 2021-01-01', '2021-01-01 ', '2021-01-01  10:00', '2021-01-01 24:00', '2021-01-01 24:30:00',
  '2021-01-01 23:59:60', '0003-01-01', '9999-12-31', '10000-01-01', '2021-01-01T10:00:00.000Z', '2021-01-01 10:00:00 +01:00', '2021-01-01 10:00:00z', '2021-01-01 25:00',
  '2021-01-01 10:00:00+14:00', '2021-01-01 10:00:00+14:30', '2021-01-01 10:00:00+15:00', '2021-01-01Z', '2021-01-01+01:00', '2021-01-01 10:00:00.', '2021-01-01 10', '1970-01-01',
  '1969-12-31 23:59:59.5', '2021-06-15 12:34:56.789012', '2024-02-29', '2023-12-31', '2000-02-29', '1900-02-28', null,
  '2021-03-04 00:00:00-12:00', '99991231', '2021-03-04\t05:06', '2021-01-01T', '2021-01-01 10:00Z ', '2021-01-01 10:00:00+01:60', '2021-01-01T 10:00',
];
const clocks = ['00:00:00', '12:00:00', '23:59:59', '12:30:45', null];
const epochs = [0n, 1n, -1n, 1_700_000_000n, 1_600_000_000n, 1_000_000_000n, -86_400n, 253_402_300_799n, 1_700_000_000_000n, null, 1_583_020_800n, 951_782_400n];
const documents = [
  '{"a":1,"b":"x","c":true,"d":null,"l":[1,2,3],"o":{"z":1}}', '{"a":1.0,"b":"","c":false,"l":[]}', '{"a":"1","b":"12"}', '{"a":1000,"b":"A"}', '{"a":[1,2],"b":{"x":1}}',
  '[1,2,3]', '"str"', '5', 'null', 'true', '{}', '[]', '{"a":1234567890}', '{"a":0.1,"b":"\\u00e9"}', '{"a":-0.5}', '{"a":-5,"b":"é😀"}',
  '{"a b":1,"a.b":2,"x":{"y":[{"z":9}]}}', null, '{"a":9223372036854775807}', '{"a":true,"b":"true"}', '{"a":null,"b":"null"}', '[[1],[2,[3]]]', '{"a":100,"b":"b"}', '{"a":2.5}',
  '{"0":"zero","l":{"0":1}}', '{"l":["x",null]}',
];
const mixed = [1n, 2n, 'a', '12', 'x', null, 3.5, -7n, '1e3', '', 0n];
const untyped = [1n, 2.5, 'a', '12', null, 3n, '', -7n, 'b'];
const blobs = ['', '00', 'ff0001', '616263', '3132', null, '414243', 'c3a9'].map((hex) => (hex === null ? null : new Uint8Array(Buffer.from(hex, 'hex'))));

const tableColumns: readonly (readonly [definition: string, values: readonly Cell[]])[] = [
  ['i INTEGER', integers], ['k INTEGER', small], ['r REAL', reals], ['q REAL', halves], ['n NUMERIC(10,2)', decimals], ['m NUMERIC', numbers], ['s TEXT', texts],
  ['u TEXT', texts.toReversed()], ['nc TEXT COLLATE NOCASE', texts], ['rt TEXT COLLATE RTRIM', texts.toReversed()], ['b BLOB', blobs], ['f BOOLEAN', [0n, 1n, null, 1n, 0n]],
  ['ts DATETIME', moments], ['d DATE', moments.map((each) => each?.slice(0, 10) ?? null)], ['tm TIME', clocks], ['dt TEXT', dates], ['epoch INTEGER', epochs],
  ['epoch_at DATETIME', epochs.filter((each) => each === null || (each > 10n ** 8n && each < 10n ** 11n))],
  ['moment TIMESTAMP', moments.map((each, index) => (each === null || index % 2 === 0 ? each : `${each}.25`))],
  ['fine DATETIME', moments.map((each, index) => (each === null ? each : `${each}.${['123456', '999600', '000400', '500000'][index % 4] ?? ''}`))],
  ['iso TIMESTAMP', moments.map((each) => (each === null ? each : `${each.replace(' ', 'T')}Z`))],
  ['j TEXT', documents], ['js JSON', documents.toReversed()], ['mixed INTEGER', mixed], ['untyped', untyped], ['vc VARCHAR(20)', texts.filter((each) => (each ?? '').length <= 20)],
  ['whole REAL', [1, 2, 3, -4, 1e15, 1e6, null]], ['uid UUID', ['123e4567-e89b-12d3-a456-426614174000', '00000000-0000-4000-8000-0000000000ff', null]],
];

/** Types that a person might choose instead of the plan's, by column. */
export const chosenTypes = [
  { name: 'epoch_at', as: { type: 'timestamptz', cast: 'epoch s' } }, { name: 'j', as: { type: 'json' } }, { name: 'i', as: { type: 'double precision' } }, { name: 'n',
  as: { type: 'double precision' } },
  { name: 'm', as: { type: 'text' } }, { name: 'r', as: { type: 'numeric' } }, { name: 'iso', as: { type: 'text' } }, { name: 'fine', as: { type: 'timestamptz' } }, { name: 'k',
  as: { type: 'smallint' } }, { name: 'uid', as: { type: 'text' } },
] as const;

/** Declarations of `t`'s columns, its key left out, as they stand in CREATE TABLE. */
export const declarations: readonly string[] = tableColumns.map(([definition]) => definition);

/** A row of `t`, the key left out; every value of every column stands in some row. */
export function rowOf(index: number): Cell[] {
  // The lists differ in length, and the factor keeps their values from meeting in one order only.
  return tableColumns.map(([, values], column) => values[(index + column * 5 + Math.floor(index / values.length) * 3) % values.length] ?? null);
}

export const rowCount = 140;

/** Fills a table that has `t`'s columns. */
export function fillRows(db: SqliteDb, table: string): void {
  const insert = db.prepare(`INSERT INTO ${table} (id, ${declarations.map((each) => each.split(' ')[0] ?? '').join(', ')}) VALUES (?, ${declarations.map(() => '?').join(', ')})`);
  for (let index = 0; index < rowCount; index += 1) insert.run(BigInt(index + 1), ...rowOf(index).map((cell) => (cell !== null && typeof cell === 'object' && 'raw' in cell ? cell.raw : cell)));
}

/** The two tables that the views read. */
export function createTables(db: SqliteDb): void {
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, ${declarations.join(', ')}); CREATE TABLE k (kid INTEGER PRIMARY KEY, label_id INTEGER, label TEXT, w REAL, word TEXT COLLATE NOCASE)`);
  fillRows(db, 't');
  const insert = db.prepare('INSERT INTO k VALUES (?, ?, ?, ?, ?)');
  for (let index = 0; index < 50; index += 1) insert.run(BigInt(index + 1), BigInt((index * 7) % rowCount), texts[index % texts.length] ?? null,
    halves[(index * 3) % halves.length] ?? null, texts[(index * 5) % texts.length] ?? null);
}
