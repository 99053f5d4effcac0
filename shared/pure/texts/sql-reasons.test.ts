import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { describe, textsOf } from './index.ts';
import { retell } from './retell.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What a `${…}` of a message stands for, where not any word may stand there. */
const samples: Readonly<Record<string, readonly string[]>> = {
  "JSON.stringify(token?.text ?? 'the end')": ['"the end"', '"say \\"x\\""'],
  'JSON.stringify(token.text)': ['";"'],
  'JSON.stringify(token.text.slice(0, 40))': ['"#"'],
  'className(left)': ['number'], 'className(right)': ['text', 'blob'],
  "words.join(' ')": ['ON', 'VIRTUAL TABLE'],
  columns: ['2'], 'columns.length': ['2'], 'names.length': ['3'], 'result.columns.length': ['2'], 'row.length': ['3'], 'selected.columns.length': ['3'], 'view.columns.length': ['3'],
  place: ['1'], letter: ['q'], operator: ['<=>'], conflict: ['REPLACE'], verb: ['UPDATE', 'INSERT'],
  'fit-value.ts: what': ['default', 'value'], 'translate-generated.ts: what': ['to_char()', 'a cast of text to interval', "the session's time zone"],
  'print-core.ts: where': ['GROUP BY', 'DISTINCT', 'UNION, INTERSECT or EXCEPT'], 'translate-generated.ts: where': ['a generated column', 'an index'],
  shown: ['an expression of type text', "'abc; d'"], "literal === undefined ? 'expression' : `'${literal}'`": ['expression', "'abc'"],
  'node.action': ['FAIL'], unit: ['month'],
};
/** Words of SQL alone, the same in every language. */
const untold = [/^RAISE\(\w+\)$/, /^(UPDATE|INSERT) OR REPLACE$/, /^VALUES$/, /^(convert_to|now|random|gen_random_uuid|to_char|x)\(\)$/];
/** Where the message is handed in: the callers give it, and are read as well. */
const handed = ['functions-value.ts: reason', 'print-core.ts: reason', 'token-stream.ts: message', 'assign.ts: lastDigits', 'coerce.ts: lastDigits', 'compare-temporal.ts: byMeaning', 'functions-json.ts: objectNote'];

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function visit(value: unknown, seen: (node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) visit(each, seen);
  else if (isNode(value)) {
    seen(value);
    for (const each of Object.values(value)) if (typeof each === 'object') visit(each, seen);
  }
}

const nodesIn = (value: unknown): readonly Node[] => (Array.isArray(value) ? value.filter((each) => isNode(each)) : []);

/** Every way a message may read; undefined where it is a variable. */
function readings(node: Node, { name, text }: { readonly name: string; readonly text: string }): string[] | undefined {
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : undefined;
  if (node.type === 'ConditionalExpression') {
    const ways = nodesIn([node['consequent'], node['alternate']]).map((way) => readings(way, { name, text }));
    return ways.every((way) => way !== undefined) ? ways.flat() : undefined;
  }
  if (node.type !== 'TemplateLiteral') return undefined;
  const named = nodesIn(node['expressions']).map((each) => text.slice(each.start, each.end));
  const fixed = text.slice(node.start + 1, node.end - 1).split(/\$\{(?:[^{}`]|`[^`]*`)*\}/);
  expect(fixed, name).toHaveLength(named.length + 1);
  return named.reduce<string[]>((begun, each, index) => begun.flatMap((so) => (samples[`${name}: ${each}`] ?? samples[each] ?? ['x']).map((sample) => `${so}${sample}${fixed[index + 1] ?? ''}`)), [fixed[0] ?? '']);
}

const makers = /^(?:new (?:Untranslatable|SqliteSyntaxError)|(?:tokens\.)?fail|refuse|(?:translator\.)?note)$/;
const constants = /^(?:lastDigits|byMeaning|objectNote)$/;

function messages(): { readonly told: ReadonlyMap<string, string>; readonly handedIn: readonly string[] } {
  const told = new Map<string, string>();
  const handedIn = new Set<string>();
  const folders = ['shared/pure/sqlite-sql', 'src-main/core'];
  const paths = folders.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths) {
    const text = readFileSync(path, 'utf8');
    const isTranslator = relative(root, path).startsWith(join('shared', 'pure', 'sqlite-sql'));
    if (!isTranslator && !text.includes('new Untranslatable(')) continue;
    const name = path.slice(path.lastIndexOf('/') + 1);
    const take = (node: Node): void => {
      const ways = readings(node, { name, text });
      if (ways === undefined) handedIn.add(`${name}: ${text.slice(node.start, node.end)}`);
      else for (const way of ways) told.set(way, name);
    };
    visit(parseSync(path, text).program, (node) => {
      if (node.type === 'VariableDeclarator' && isNode(node['id']) && constants.test(String(node['id']['name'])) && isNode(node['init'])) take(node['init']);
      if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return;
      const callee = isNode(node['callee']) ? text.slice(node['callee'].start, node['callee'].end) : '';
      const [argument] = nodesIn(node['arguments']);
      if (argument !== undefined && makers.test(node.type === 'NewExpression' ? `new ${callee}` : callee)) take(argument);
    });
  }
  return { told, handedIn: [...handedIn].sort() };
}

test('every reason why SQL has no translation, and what changes where it has one, is told in Portuguese', () => {
  const { told, handedIn } = messages();
  expect(told.size).toBeGreaterThan(200);
  expect(handedIn).toEqual([...handed].sort());
  const english = [...told].filter(([message]) => !untold.some((each) => each.test(message)) && (retell(message, 'sql.', 'pt-BR') ?? message) === message);
  expect(english).toEqual([]);
});

test('what else findings name in a sentence is told in Portuguese', () => {
  const more = [
    'the types of the columns already make it true', 'a random UUID made by PostgreSQL instead of one put together from random bytes', 'an INSTEAD OF trigger that writes to its own view',
    'cast epoch-s', '3: idx is damaged and hides rows', 'Its rows are not in order: 12 stand in it, and 11 are met from key to key.', 'grant on column item.name: the new table has no such column',
    'empty parentheses (at character 12)', 'an expression cannot begin with ";" (at character 3)',
  ];
  for (const message of more) expect(retell(message, 'sql.', 'pt-BR'), message).not.toBe(null);
  expect(retell('empty parentheses (at character 12)', 'sql.', 'pt-BR')).toBe('parênteses vazios (no caractere 12)');
  expect(retell('an expression cannot begin with ";" (at character 3)', 'sql.', 'pt-BR')).toBe('uma expressão não pode começar com ";" (no caractere 3)');
});

test('a sentence in a parameter is told in the language of the text around it, also within another, and beside others', () => {
  const replaced = 'INSERT OR REPLACE into a table where not exactly one plain key tells which row is replaced, or whose rows others depend on';
  const said = 'INSERT OR REPLACE em uma tabela onde não há exatamente uma chave simples que diga qual linha é substituída, ou de cujas linhas outras dependem';
  expect(describe('finding.trigger-listed', { detail: replaced }, 'pt-BR')).toBe(`Um gatilho cujo sentido não se mantém no PostgreSQL: ${said}. É listado com seu texto, para ser reescrito.`);
  expect(describe('finding.trigger-listed', { detail: replaced })).toContain(replaced);
  const within = describe('plan.object.untranslatable', { detail: 'a number is compared with a text; to SQLite they are never equal' });
  expect(describe('finding.view-listed', { detail: within }, 'pt-BR')).toBe('A visão não atravessa: não tem equivalente fiel no PostgreSQL: um número é comparado com um texto; para o SQLite eles nunca são iguais. É listada com seu texto.');
  const notes = ['"a" names no column, so SQLite reads it as the text \'a\'', 'numbers are read as Julian days; those before the year 1 give NULL', 'something else', '"b" names no column, so SQLite reads it as the text \'b\''];
  const told = '"a" não nomeia nenhuma coluna, portanto o SQLite o lê como o texto \'a\'; números são lidos como dias julianos; os anteriores ao ano 1 dão NULL; something else; "b" não nomeia nenhuma coluna, portanto o SQLite o lê como o texto \'b\'';
  expect(describe('plan.object.note', { note: notes.join('; ') }, 'pt-BR')).toBe(told);
  expect(describe('plan.object.trigger-before', { function: 'f', note: `; ${notes.join('; ')}` }, 'pt-BR')).toBe(`um gatilho com a função f; ${told}`);
  // The run's record keeps sentences.
  expect(retell(notes.join('; '), 'plan.object.', 'pt-BR')).toBe(told);
  expect(retell(describe('plan.object.trigger-before', { function: 'f', note: `; ${notes.join('; ')}` }), 'plan.object.', 'pt-BR')).toBe(`um gatilho com a função f; ${told}`);
  expect(describe('run.finding.object-differs', { kind: 'index', name: 'i', detail: 'total is integer and not bigint; note is not there' }, 'pt-BR')).toBe('índice i não está como planejado: total é integer e não bigint; note não está lá');
});

test('what is made of no text of the program stays as it is', () => {
  for (const detail of ['no such table: min() of bytes', 'malformed JSON; near "x": syntax error', 'a list of bytes', 'SELECT 1 AS "it is expected"', 'no (such) thing is expected', 'relation "a" does not exist; min() of bytes, or so']) {
    expect(describe('plan.object.untranslatable', { detail }, 'pt-BR')).toBe(`não tem equivalente fiel no PostgreSQL: ${detail}`);
  }
});

test('every text has the same parameters in both languages', () => {
  const parameters = (text: string | undefined): string[] => [...new Set(text?.match(/(?<=\{\{)\w+/g))].sort();
  const [en, pt] = [textsOf('en'), textsOf('pt-BR')];
  expect(Object.keys(pt).sort()).toEqual(Object.keys(en).sort());
  expect(Object.keys(en).filter((code) => parameters(en[code]).join() !== parameters(pt[code]).join())).toEqual([]);
});
