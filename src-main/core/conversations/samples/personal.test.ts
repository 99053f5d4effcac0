import { expect, test } from 'vitest';
import { createRandom } from '../../sample/random.ts';
import { card, cnpj, cpf, iban } from './personal.ts';

/** The rules written a second time, from the other end: a whole number is divisible. */
const random = createRandom(11);
const many = (make: typeof cpf): string[] => Array.from({ length: 200 }, () => make(random).replaceAll(/[^0-9A-Z]/g, ''));

test('cards pass the check of ISO/IEC 7812-1', () => {
  for (const number of many(card)) {
    const sum = [...number].toReversed().reduce((total, digit, index) => total + (index % 2 === 0 ? Number(digit) : Number(String(Number(digit) * 2).at(-1)) + (Number(digit) > 4 ? 1 : 0)), 0);
    expect([number.length, sum % 10]).toEqual([16, 0]);
  }
});

test('CPF and CNPJ have their check digits', () => {
  // Weights rise from the right: 2, 3, … for a CPF without end, for a CNPJ again from 2 after 9.
  const check = (digits: string, around: number): number => {
    const sum = [...digits].toReversed().reduce((total, digit, index) => total + Number(digit) * ((index % around) + 2), 0);
    const rest = 11 - (sum % 11);
    return rest > 9 ? 0 : rest;
  };
  for (const number of many(cpf)) expect(number.slice(9)).toBe(`${check(number.slice(0, 9), 99)}${check(number.slice(0, 10), 99)}`);
  for (const number of many(cnpj)) expect(number.slice(12)).toBe(`${check(number.slice(0, 12), 8)}${check(number.slice(0, 13), 8)}`);
});

test('IBANs leave one when divided by 97', () => {
  for (const number of many(iban)) {
    const turned = [...`${number.slice(4)}${number.slice(0, 4)}`].map((letter) => String(Number.parseInt(letter, 36))).join('');
    expect(BigInt(turned) % 97n).toBe(1n);
  }
});
