import { expect, test } from 'vitest';
import { decide, draftFor, withdraw } from './drafts.ts';

test('decisions on one column add up, other columns stay', () => {
  let draft = decide([], { table: 't', column: 'a', type: 'text' });
  draft = decide(draft, { table: 't', column: 'a', targetName: 'b' });
  draft = decide(draft, { table: 't', exclude: true });
  expect(draftFor(draft, { table: 't', column: 'a' })).toEqual({ table: 't', column: 'a', type: 'text', targetName: 'b' });
  expect(draftFor(draft, { table: 't' })).toEqual({ table: 't', exclude: true });
  expect(withdraw(draft, { table: 't', column: 'a' })).toEqual([{ table: 't', exclude: true }]);
});

test('a table of one source is another place than the table of that name in the next', () => {
  let draft = decide([], { database: 'a', table: 't', exclude: true });
  draft = decide(draft, { database: 'b', table: 't', filter: 'id < 9' });
  expect(draftFor(draft, { database: 'a', table: 't' })).toEqual({ database: 'a', table: 't', exclude: true });
  expect(draftFor(draft, { table: 't' })).toBeUndefined();
  expect(withdraw(draft, { database: 'b', table: 't' })).toEqual([{ database: 'a', table: 't', exclude: true }]);
});
