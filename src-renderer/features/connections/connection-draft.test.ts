import { expect, test } from 'vitest';
import { connectionInputSchema } from '../../../shared/model/project.ts';
import { emptyDraft, holdsPassword, inputOf, isLocal } from './connection-draft.ts';

test('an empty password is not sent, so the saved one stays; forgetting sends null', () => {
  const draft = { ...emptyDraft, name: ' shop ', location: 'postgres://app@db/shop' };
  expect(inputOf(draft)).not.toHaveProperty('password');
  expect(inputOf({ ...draft, forgetPassword: true }).password).toBeNull();
  expect(inputOf({ ...draft, password: 'x' }).password).toBe('x');
  expect(connectionInputSchema.parse(inputOf(draft)).name).toBe('shop');
});

test('a password inside a URL is noticed', () => {
  expect(holdsPassword('postgres://app:secret@db/shop')).toBe(true);
  expect(holdsPassword('postgres://db/shop?password=x')).toBe(true);
  expect(holdsPassword('postgres://app@db:5432/shop')).toBe(false);
  expect(holdsPassword('/data/a:b@c.db')).toBe(false);
});

test('an embedded server is saved by its reference, however its name was entered', () => {
  const located = (location: string) => inputOf({ ...emptyDraft, kind: 'embedded', location }).location;
  expect([located(''), located('main'), located('sales'), located('embedded:sales'), located('embedded')]).toEqual(['embedded', 'embedded', 'embedded:sales', 'embedded:sales', 'embedded']);
});

test('between the console and its own machine lies no network', () => {
  const local = (location: string) => isLocal({ kind: 'postgres', location });
  expect(['postgres://app@127.0.0.1:5432/db', 'postgresql://localhost/db', 'postgres://app@[::1]/db', 'postgres:///db?host=/run'].map(local)).toEqual([true, true, true, true]);
  expect(['postgres://app@db.example:5432/db', 'postgres://localhost.example/db', 'postgres://10.0.0.1/db'].map(local)).toEqual([false, false, false]);
  expect(isLocal({ kind: 'sqlite', location: '/x' })).toBe(true);
});
