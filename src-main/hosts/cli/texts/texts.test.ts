/** Nothing that the command line says is left without its Portuguese: found in its sources, so that no sentence passes by. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { expect, test } from 'vitest';
import { retellError } from '../../../../shared/pure/texts/retell.ts';
import { languageOfEnvironment } from '../language.ts';
import { speechOf } from '../speech.ts';
import { placeholders, sentences } from './index.ts';

const folder = join(import.meta.dirname, '..');
const files = globSync('*.ts', { cwd: folder }).filter((file) => !file.endsWith('.test.ts'));

interface Text {
  readonly file: string;
  /** The names of the properties and the calls that it stands in, the innermost last. */
  readonly within: readonly string[];
  /** What is put in stands as `x1`. */
  readonly text: string;
}

const isNode = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const nameOf = (node: unknown): string => (!isNode(node) ? '' : typeof node['name'] === 'string' ? node['name'] : nameOf(node['property'] ?? node['key'] ?? node['callee']));

function* textsIn(node: unknown, file: string, within: readonly string[]): Generator<Text> {
  if (!isNode(node) || node['type'] === 'ImportDeclaration' || node['type'] === 'ImportExpression' || (node['type'] === 'BinaryExpression' && node['operator'] !== '+')) return;
  const around = node['type'] === 'Property' || node['type'] === 'CallExpression' || node['type'] === 'NewExpression' ? [...within, nameOf(node)] : within;
  if (node['type'] === 'Literal' && typeof node['value'] === 'string') yield { file, within, text: node['value'] };
  if (node['type'] === 'TemplateLiteral' && Array.isArray(node['quasis'])) yield { file, within, text: node['quasis'].map((part: { value: { cooked: string } }) => part.value.cooked).join('x1') };
  for (const value of Object.values(node)) yield* textsIn(value, file, around);
}

const texts = files.flatMap((file) => [...textsIn(parseSync(file, readFileSync(join(folder, file), 'utf8')).program, file, [])]);
const isSentence = (text: string): boolean => Object.hasOwn(sentences, text);
/** What has words, and words that are no commands, options or usages. */
const hasWords = (text: string): boolean => /[a-z]{2,},? [a-z]{2,}/i.test(text.replaceAll(/travessia [a-z-]+(?: [a-z-]+)?|--[a-z-]+|\bx1\b/g, '|'));

/** Parts of errors, each of which is told where it stands. */
const parts = new Set(['what is repaired', 'where its rows go and how', 'start, stop, status or url', 'A line of standard input']);

test('every text of several words is a sentence of the catalogue, or an error that is told in Portuguese', () => {
  const untold = texts.filter(({ text }) => hasWords(text) && !isSentence(text)).filter(({ text, within }) => {
    if (parts.has(text) || within.at(-1) === 'usage' && !/[a-z]{3,} [a-z]{3,}/.test(text) || within.at(-1) === 'positional' && retellError(`${text} is missing.`, 'message', 'pt-BR') !== `Falta ${text}.`) return false;
    return retellError(text, 'message', 'pt-BR') === null && retellError(text, 'hint', 'pt-BR') === null;
  });
  expect(texts.length).toBeGreaterThan(1000);
  expect(untold.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

test('what is printed, noted and said as a heading is no text of its own', () => {
  const own = texts.filter(({ within, text }) => ['print', 'note', 'progress'].includes(within.at(-1) ?? '') && /[a-z]{2}/i.test(text.replaceAll(/\bx1\b/g, '')));
  expect(own.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

const parametersOf = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? ''))].toSorted();
/** Alike in both languages. */
const alike = new Set(['', 'p50', 'p95']);

test('every sentence is said otherwise in Portuguese, with the same parameters, and somewhere in the sources', () => {
  const said = new Set(texts.map(({ text }) => text));
  for (const [en, pt] of Object.entries(sentences)) {
    expect(parametersOf(pt), en).toEqual(parametersOf(en));
    if (!alike.has(en)) expect(pt, en).not.toBe(en);
    // Words of a kind come from the model.
    if (en.includes(' ')) expect(said.has(en), en).toBe(true);
  }
});

test('words in capitals that stand for a value are said in Portuguese, or are alike', () => {
  const usages = texts.filter(({ within }) => ['usage', 'value'].includes(within.at(-1) ?? '')).map(({ text }) => text);
  const words = new Set(usages.flatMap((usage) => usage.match(/\b[A-Z]+\b/g) ?? []));
  expect([...words].filter((word) => !Object.hasOwn(placeholders, word)).toSorted()).toEqual(['JSON', 'N', 'P']);
});

test('the environment says the language as POSIX orders it', () => {
  const cases: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
    [{}, 'en'], [{ LANG: 'pt_BR.UTF-8' }, 'pt-BR'], [{ LANG: 'pt' }, 'pt-BR'], [{ LANG: 'pt_PT@euro' }, 'pt-BR'], [{ LANG: 'ptolemaic' }, 'en'], [{ LANG: 'C' }, 'en'], [{ LANG: 'de_DE.UTF-8' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: 'pt_BR', LANG: 'en_US' }, 'pt-BR'], [{ LC_ALL: 'C', LANG: 'pt_BR' }, 'en'], [{ LC_ALL: 'pt_BR', LC_MESSAGES: 'en_US' }, 'pt-BR'],
  ];
  for (const [env, language] of cases) expect(languageOfEnvironment(env), JSON.stringify(env)).toBe(language);
});

test('numbers and sizes are written as the language does; dates and what a server says stay', () => {
  const [en, pt] = [speechOf('en'), speechOf('pt-BR')];
  expect([en, pt].map(({ count }) => [count(1234567), count('9007199254740993'), count(-1234)])).toEqual([['1,234,567', '9,007,199,254,740,993', '-1,234'], ['1.234.567', '9.007.199.254.740.993', '-1.234']]);
  expect([en, pt].map(({ bytes, number }) => [bytes(512), bytes(1536), number(1234.56, 1)])).toEqual([['512 B', '1.5 KB', '1234.6'], ['512 B', '1,5 KB', '1.234,6']]);
  expect(pt.table(['table', 'rows'], [['a', pt.count(12_345)], ['b', '1']])).toBe('tabela  linhas\na       12.345\nb            1');
  expect(pt.failure({ message: 'Connecting to db:5432: FATAL: no pg_hba.conf entry' }).message).toBe('Conectar a db:5432: FATAL: no pg_hba.conf entry');
});
