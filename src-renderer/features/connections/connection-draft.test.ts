import { expect, test } from 'vitest';
import { connectionInputSchema } from '../../../shared/model/project.ts';
import { emptyDraft, holdsPassword, inputOf } from './connection-draft.ts';

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
