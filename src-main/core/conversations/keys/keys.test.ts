import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { maskText } from '../../../../shared/pure/masking/index.ts';
import { createLibraryKeys, createSeal, looksSealed } from './index.ts';
import { testSeed } from '../../../test-support/test-seed.ts';

const mask = (text: string): string => maskText(text).text;
const seal = createSeal(new Uint8Array(32).fill(7));
const table = { schema: null, name: 't' };
const mapping: Mapping = { adapter: 'generic', conversations: { table, id: { column: 'id' } }, messages: { table, id: { column: 'id' }, conversation: { column: 'conversation' }, contentAs: 'text' } };
const keys = createLibraryKeys(seal, [mapping], mask);
const seed = testSeed();

test(`any text comes back from its seal, which is always the same, and which masking leaves as it is (seed ${seed})`, () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }).map((text) => text.toWellFormed()), (text) => {
    const sealed = seal.seal(text);
    expect(seal.seal(text)).toBe(sealed);
    expect(seal.open(sealed)).toBe(text);
    expect(looksSealed(sealed)).toBe(true);
    expect(mask(sealed)).toBe(sealed);
    expect(mask(JSON.stringify({ key: sealed, conversation: sealed }))).toBe(JSON.stringify({ key: sealed, conversation: sealed }));
    expect(encodeURIComponent(sealed)).toBe(sealed);
  }), { seed, numRuns: 300 });
});

test('what another secret sealed, or what was changed, does not open', () => {
  const sealed = seal.seal('ana@example.com');
  expect(createSeal(new Uint8Array(32)).open(sealed)).toBeNull();
  expect(createSeal(new Uint8Array(32)).id).not.toBe(seal.id);
  for (let index = 2; index < sealed.length; index += 1) expect(seal.open(`${sealed.slice(0, index)}${sealed[index] === 'a' ? 'b' : 'a'}${sealed.slice(index + 1)}`)).toBeNull();
  for (const text of ['', 'k~', 'k~abc', sealed.slice(0, -2), `${sealed}aa`, 'ana@example.com']) expect(seal.open(text), text).toBeNull();
});

test('keys without personal data stay; the others are sealed once and open again', () => {
  for (const key of ['1', '123456789', '00000000-0000-4000-8000-000000000001', 'ses_7a8b9c0d', '["s1","bob"]', '∅', 'k~looks-so', '']) expect(keys.seal(key, 'message'), key).toBe(key);
  for (const key of ['ana@example.com', '["s1","ana@example.com"]', '+55 11 98765-4321', '5511987654321@s.whatsapp.net', '11987654321', '39053344705']) {
    const sealed = keys.seal(key, 'conversation');
    expect(sealed).toMatch(/^k~[a-p]+$/);
    expect(keys.seal(sealed, 'conversation')).toBe(sealed);
    expect(keys.open(sealed)).toBe(key);
    expect(keys.isPersonal(key, 'conversation')).toBe(true);
    expect(keys.isPersonal(sealed, 'conversation')).toBe(false);
  }
});

test('the parts of an exchange keep their order; a message that is a number keeps it in the copy', () => {
  for (const part of ['#s', '#0', '#1']) {
    const sealed = keys.seal(`ana@example.com${part}`, 'message');
    expect(sealed).toBe(`${keys.seal('ana@example.com', 'message')}${part}`);
    expect(keys.open(sealed)).toBe(`ana@example.com${part}`);
  }
  expect(keys.seal('39053344705', 'message')).toMatch(/^k~/);
  expect(keys.stored('39053344705', 'message')).toBe('39053344705');
  expect(keys.stored('39053344705', 'conversation')).toMatch(/^k~/);
});

test('a column says of its values what no form of theirs does', () => {
  const told = createLibraryKeys(seal, [mapping, { ...mapping, conversations: { table, id: { column: 'phone' } } }], mask);
  expect(keys.seal('1198765432', 'conversation')).toBe('1198765432');
  expect(told.open(told.seal('1198765432', 'conversation'))).toBe('1198765432');
  expect(told.seal('1198765432', 'conversation')).toMatch(/^k~/);
});
