import { expect, test } from 'vitest';
import { href, parseHash } from './route.ts';

test('an address reads back as it was written', () => {
  const address = href(['runs', 'a/b', 'rejects'], { table: 'ünï & co', after: undefined });
  expect(parseHash(address)).toEqual({ path: ['runs', 'a/b', 'rejects'], query: { table: 'ünï & co' } });
});

test('an empty or broken address is the root', () => {
  expect(parseHash('')).toEqual({ path: [], query: {} });
  expect(parseHash('#/%zz').path).toEqual(['%zz']);
});
