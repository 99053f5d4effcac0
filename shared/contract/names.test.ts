import { expect, test } from 'vitest';
import { contract } from './contract.ts';
import { callKinds } from './names.ts';

test('the plain list names every call of the contract with its kind, and no other', () => {
  expect(callKinds).toEqual(Object.fromEntries(Object.entries(contract).map(([name, spec]) => [name, spec.kind])));
});
