import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes, isErrorCode } from '../../shared/contract/errors.ts';
import { retellError } from '../../shared/pure/texts/retell.ts';
import { callKinds } from '../../shared/contract/names.ts';
import { en as audit } from './texts/audit.ts';
import { en, ptBR } from './texts/errors.ts';

test('every code says in both languages what happened and what to do next', () => {
  for (const code of Object.keys(errorCodes).filter(isErrorCode)) {
    for (const part of ['codes', 'advice'] as const) {
      expect(en[part][code].length, `${part}.${code}`).toBeGreaterThan(10);
      expect(ptBR[part][code], `${part}.${code}`).not.toBe(en[part][code]);
    }
  }
});

const root = join(import.meta.dirname, '..', '..');
const sentence = /\b(message|hint): (`(?:[^`\\$]|\\.|\$\{(?:[^{}]|\{[^{}]*\})*\})*`|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;
interface Sentence {
  readonly part: 'message' | 'hint';
  readonly text: string;
}

function* sentences(): Generator<Sentence> {
  for (const file of globSync('{src-main,shared}/**/*.ts', { cwd: root })) {
    if (file.includes('.test.') || file.includes('/test-')) continue;
    const source = readFileSync(join(root, file), 'utf8');
    for (const found of source.matchAll(sentence)) {
      const code = source.slice(Math.max(0, found.index - 220), found.index).match(/TravessiaError\('([A-Z_]+)'/g)?.at(-1)?.slice(16, -1);
      const text = (found[2] ?? '').slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'x1').replaceAll(/\\(['"`\\])/g, '$1').replaceAll('\\n', '\n');
      if (code !== undefined && text.includes(' ')) yield { part: found[1] === 'hint' ? 'hint' : 'message', text };
    }
  }
}

/** Written in the source with their parts left open; the catalogue has each of them written out, but for what the server says itself. */
const composed = new Set([
  'x1.x1 (from x1): x1.', 'x1: the database has no type x1x1.', 'Tables cannot go into the schema x1: x1.', 'The mapping x1 (x1).', 'There is no x1 x1.', 'There is no such x1 in this library.',
  'There is no such x1, or it came after the last refresh.',
  'Table x1: x1 source rowsx1 are not x1 loaded plus x1 rejected.',
]);

test('every sentence that errors say is told in Portuguese', () => {
  const all = [...sentences()].filter(({ text }) => !composed.has(text));
  const untold = all.filter(({ part, text }) => retellError(text, part, 'pt-BR') === null).map(({ part, text }) => `${part}: ${text}`);
  expect(all.length).toBeGreaterThan(500);
  expect([...new Set(untold)]).toEqual([]);
  expect(retellError('There is no such message in this library.', 'message', 'pt-BR')).toBe('Não há essa mensagem nesta biblioteca.');
});

test('every call that is recorded has a name for people', () => {
  const recorded = Object.entries(callKinds).filter(([, kind]) => kind !== 'read').map(([call]) => call);
  expect(recorded.filter((call) => !Object.hasOwn(audit.calls, call))).toEqual([]);
});

test('parts of a sentence that are sentences are told, too', () => {
  expect(retellError('sales.db changed since the plan was made: column item.extra is new; table old is gone.', 'message', 'pt-BR')).toBe('sales.db mudou depois que o plano foi feito: a coluna item.extra é nova; a tabela old não existe mais.');
  expect(retellError('Connecting was cancelled.', 'message', 'pt-BR')).toBe('A conexão foi cancelada.');
});
