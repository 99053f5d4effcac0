import { expect, test } from 'vitest';
import { decide, draftFor, withdraw } from './drafts.ts';

test('decisions on one column add up, other columns stay', () => {
  let draft = decide([], { table: 't', column: 'a', type: 'text' });
  draft = decide(draft, { table: 't', column: 'a', targetName: 'b' });
  draft = decide(draft, { table: 't', exclude: true });
  expect(draftFor(draft, 't', 'a')).toEqual({ table: 't', column: 'a', type: 'text', targetName: 'b' });
  expect(draftFor(draft, 't')).toEqual({ table: 't', exclude: true });
  expect(withdraw(draft, 't', 'a')).toEqual([{ table: 't', exclude: true }]);
});
