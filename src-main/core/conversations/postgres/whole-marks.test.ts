import { expect, test } from 'vitest';
import { wholeMarks } from './whole-marks.ts';

const hit = { begin: '\uE000', end: '\uE001' };

test.each([
  ['her number is ⟨cpf', 'her number is ⟨cpf⟩'],
  ['her number is ⟨cpf … and email⟩ too', 'her number is ⟨cpf⟩ … and ⟨email⟩ too'],
  ['⟨\uE000cpf\uE001 … x', '⟨\uE000cpf\uE001⟩ … x'],
  ['\uE000email\uE001⟩ of hers', '⟨\uE000email\uE001⟩ of hers'],
  ['⟨cpf⟩ and ⟨email⟩', '⟨cpf⟩ and ⟨email⟩'],
  ['⟨\uE000cpf\uE001⟩', '⟨\uE000cpf\uE001⟩'],
  ['⟨cpfs and no-email⟩ are not masks', '⟨cpfs and no-email⟩ are not masks'],
  ['a cpf, an email', 'a cpf, an email'],
])('%j', (headline, whole) => {
  expect(wholeMarks(headline, hit)).toBe(whole);
});
