import { expect, test } from 'vitest';
import { describe, textsOf } from '../../shared/pure/texts/index.ts';
import { rejectCodes } from '../../shared/model/values.ts';
import { retell, retellReject } from './retell.ts';

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
