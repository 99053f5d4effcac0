import { describe, expect, it } from 'vitest';
import type { ColumnProfile } from '../model/assessment.ts';
import type { Override } from '../model/plan.ts';
import { wayOfPolicies } from './value-policies.ts';

const profile = (over: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'c', declared: 'TEXT', affinity: 'text', classes: { null: '0', integer: '0', real: '0', text: '9', blob: '0' }, nulTexts: '0', invalidTexts: '0', infinities: '0', beyond32: '0', beyond53: '0', untrimmed: '0',
  candidates: [{ type: 'text', misfits: '1', codes: {}, examples: [] }], proposals: [], ...over,
});
const ask = (over: Partial<ColumnProfile>, said: Omit<Override, 'table'>) => wayOfPolicies({ type: 'text' }, { table: '*', column: '*', ...said }, profile(over));

describe('policies of a column', () => {
  it('speak only of columns that hold such values', () => {
    expect(ask({}, { nul: 'escape', invalid: 'latin-1', infinity: 'text' })).toBeUndefined();
    expect(ask({ infinities: '1' }, { infinity: 'text' })).toBeUndefined();
  });
  it.each([
    [{ nulTexts: '1' }, { nul: 'reject' }, { type: 'text' }],
    [{ nulTexts: '1' }, { nul: 'escape' }, { type: 'text', cast: 'nul escaped' }],
    [{ nulTexts: '1' }, { nul: 'bytea' }, { type: 'bytea', cast: 'text as bytes' }],
    [{ invalidTexts: '1' }, { invalid: 'escape' }, { type: 'text', cast: 'bytes escaped' }],
    [{ invalidTexts: '1' }, { invalid: 'latin-1' }, { type: 'text', cast: 'latin-1 decoded' }],
    [{ invalidTexts: '1', nulTexts: '1' }, { invalid: 'escape', nul: 'escape' }, { type: 'text', cast: 'bytes escaped' }],
    [{ infinities: '1', candidates: [{ type: 'bigint', misfits: '1', codes: {}, examples: [] }] }, { infinity: 'numeric' }, { type: 'numeric' }],
    [{ infinities: '1', candidates: [{ type: 'numeric(10,2)', misfits: '1', codes: {}, examples: [] }] }, { infinity: 'reject' }, { type: 'numeric(10,2)' }],
  ] satisfies readonly [Partial<ColumnProfile>, Omit<Override, 'table'>, object][])('%o %o', (over, said, expected) => expect(ask(over, said)).toEqual(expected));
  it('stand behind a cast chosen by itself', () => expect(ask({ nulTexts: '1' }, { nul: 'escape', cast: 'blob as utf-8' })).toBeUndefined());
});
