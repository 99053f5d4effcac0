import { expect, test } from 'vitest';
import { describe, textsOf } from './index.ts';
import { rejectCodes } from '../../model/values.ts';
import { retell, retellDetail, retellError, retellReject } from './retell.ts';

test('every reject sentence is told in Portuguese, also several in one reason', () => {
  const params = { column: 'level', type: 'bigint', value: "'12 m'" };
  for (const code of rejectCodes) expect(retellReject(describe(`reject.${code}`, params), 'pt-BR'), code).toBe(describe(`reject.${code}`, params, 'pt-BR'));
  const two = `${describe('reject.NOT_AN_INTEGER', params)} ${describe('reject.NOT_A_UUID', { ...params, column: 'tag' })}`;
  expect(retellReject(two, 'pt-BR')).toBe(`${describe('reject.NOT_AN_INTEGER', params, 'pt-BR')} ${describe('reject.NOT_A_UUID', { ...params, column: 'tag' }, 'pt-BR')}`);
});

test('reasons of objects are told in Portuguese; a sentence of no text stays as it is', () => {
  for (const code of Object.keys(textsOf('en')).filter((each) => each.startsWith('plan.object.') && each !== 'plan.object.note')) {
    const params = { detail: 'x', count: '3', collation: 'NOCASE', parent: 'p', columns: 'a, b', column: 'c', next: '12' };
    expect(retell(describe(code, params), 'plan.object.', 'pt-BR'), code).toBe(describe(code, params, 'pt-BR'));
  }
  expect(retell('something else entirely', 'plan.object.', 'pt-BR')).toBeNull();
  expect(retell('anything', 'plan.object.', 'en')).toBe('anything');
});

test('words go with their numbers in both languages, and sentences of an earlier version are read too', () => {
  const orphans = 'plan.object.orphans';
  expect([describe(orphans, { count: '1' }), describe(orphans, { count: '2' })]).toEqual(['NOT VALID: 1 row points at nothing; it crosses, and new rows are checked', 'NOT VALID: 2 rows point at nothing; they cross, and new rows are checked']);
  expect(describe(orphans, { count: '1' }, 'pt-BR')).toBe('NOT VALID: 1 linha aponta para nada; ela atravessa, e linhas novas são verificadas');
  expect(retell('NOT VALID: 1 rows point at nothing; they cross, and new rows are checked', 'plan.object.', 'pt-BR')).toBe(describe(orphans, { count: '1' }, 'pt-BR'));
  const numbered = Object.entries(textsOf('en')).filter(([, text]) => /\{\{\w+\|/.test(text));
  expect(numbered.length).toBeGreaterThan(50);
  for (const [code, text] of numbered) {
    const names = [...text.matchAll(/\{\{(\w+)/g)].map(([, name]) => name ?? '');
    for (const value of ['1', '12']) {
      const params = Object.fromEntries(names.map((name) => [name, name === 'note' ? '' : value]));
      for (const language of ['en', 'pt-BR'] as const) expect(describe(code, params, language), code).not.toMatch(/[{}|]|\b1 (?:rows|values|linhas|valores)\b|\b12 (?:row|value|linha|valor)\b/);
      const family = code.slice(0, code.lastIndexOf('.') + 1);
      expect(retell(describe(code, params), family, 'pt-BR'), code).toBe(describe(code, params, 'pt-BR'));
    }
  }
});

test('what errors say and advise is told in Portuguese, with what they name', () => {
  expect(retellError('There is no file /a/b.db.', 'message', 'pt-BR')).toBe('Não há o arquivo /a/b.db.');
  expect(retellError('/a/notes.db is not a SQLite database: it is text.', 'message', 'pt-BR')).toBe('/a/notes.db não é um banco SQLite: é texto.');
  expect(retellError('broken.db is damaged: table item cannot be read to the end.', 'message', 'pt-BR')).toBe('broken.db está danificado: a tabela item não pode ser lida até o fim.');
  expect(retellError('Choose another name.', 'hint', 'pt-BR')).toBe('Escolha outro nome.');
  expect(retellError('password authentication failed for user "ana"', 'message', 'pt-BR')).toBeNull();
  expect(retellDetail('equal answers: 12 rows, REALs within 1e-9 of their size', 'pt-BR')).toBe('respostas iguais: 12 linhas, REALs até 1e-9 de seu tamanho');
  expect(retellDetail('total is integer and not bigint; note is not there', 'pt-BR')).toBe('total é integer e não bigint; note não está lá');
});

test('what stands in the parameters of an error is told where it is a sentence, a state or a kind, and else stays', () => {
  const told = (sentence: string) => retellError(sentence, 'message', 'pt-BR');
  expect(told('Run 12 is swapped; there is nothing to resume.')).toBe('A execução 12 está no estado “no lugar”; não há o que retomar.');
  expect(told('The target already has table "public"."t", view "public"."table", and 3 more.')).toContain('tabela "public"."t", visão "public"."table"');
  expect(told('The target already has table "public"."t" and 3 more.')).toBe('O destino já tem tabela "public"."t" e mais 3.');
  expect(told('The target refused a step (the run’s view): relation "x" does not exist')).toBe('O destino recusou um passo (a visão da execução): relation "x" does not exist');
  expect(told('The way is blocked: table public.t is gone; it was there after the swap; table empty is gone.')).toBe('O caminho está bloqueado: a tabela public.t sumiu; estava lá depois da troca; a tabela empty não existe mais.');
  const fits = ['NOT_AN_INTEGER', 'NOT_A_UUID'].map((code) => describe(`reject.${code}`, { column: 'n', type: 'bigint', value: "'a; b'" }));
  expect(told(`The row with id=1 still does not fit: ${fits.join(' ')}`)).toBe(`A linha com id=1 ainda não cabe: ${fits.map((each) => retellReject(each, 'pt-BR')).join(' ')}`);
  for (const name of ['empty', '0', 'NOT_AN_INTEGER', 'loading', 'table']) expect(told(`There is no template named ${name}.`)).toBe(`Não há modelo chamado ${name}.`);
});

test('several reasons of one statement are told', () => {
  const why = `${describe('change.delete')}; ${describe('change.triggers', { table: '"public"."t"', triggers: 'a, b' })}; ${describe('change.batches', { rows: '200' })}`;
  expect(retell(why, 'change.', 'pt-BR')).toBe('apaga as linhas que foram guardadas; ("public"."t": os gatilhos do próprio programa disparam: a, b); repetido em lotes de 200 até não sobrar nenhuma');
  expect(retell('of no text; at all', 'change.', 'pt-BR')).toBeNull();
});
