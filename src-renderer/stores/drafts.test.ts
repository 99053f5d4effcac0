import { expect, test } from 'vitest';
import { planOptionsSchema } from '../../shared/model/plan.ts';
import { changedOptions, decide, draftFor, withdraw } from './drafts.ts';
import { createDraftsStore } from './kept-drafts.ts';

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

test('an option set back to what it was is no change, also where the plan does not name it', () => {
  const options = planOptionsSchema.parse({ schema: 'app' });
  expect(changedOptions(options, { schema: 'app', template: '', movedAgain: false, collisions: 'template' })).toEqual({});
  expect(changedOptions(options, { schema: 'other', maxRejects: 'all', template: 'resync' })).toEqual({ schema: 'other', maxRejects: 'all', template: 'resync' });
});

/** A browser's storage as far as drafts use it. */
function storage(held: Map<string, string>) {
  return { get length() { return held.size; }, key: (at: number) => [...held.keys()][at] ?? null, getItem: (name: string) => held.get(name) ?? null, setItem: (name: string, text: string) => void held.set(name, text), removeItem: (name: string) => void held.delete(name) };
}

test('what is not saved is there again when the page is; saved or discarded, nothing stays', () => {
  const held = new Map([['travessia-panes-reader', '{}']]);
  const draft = { overrides: [{ table: 't', column: 'a', type: 'text' }], options: { schema: 'app', maxRejects: 7 } };
  const first = createDraftsStore(storage(held));
  first.setState({ one: draft });
  expect(createDraftsStore(storage(held)).getState()).toEqual({ one: draft });
  first.setState({ one: { overrides: [], options: {} } });
  expect([...held.keys()]).toEqual(['travessia-panes-reader']);
});

test('of a draft that another program wrote only what fits is taken', () => {
  const held = new Map([
    ['travessia-draft-a', '{"overrides":[{"table":"t","exclude":true},{"no":"table"},5],"options":{"schema":"app","maxRejects":-4,"unheard":1}}'], ['travessia-draft-b', '{"overrides":'], ['travessia-draft-c', '[]'],
  ]);
  expect(createDraftsStore(storage(held)).getState()).toEqual({ a: { overrides: [{ table: 't', exclude: true }], options: { schema: 'app' } }, b: { overrides: [], options: {} }, c: { overrides: [], options: {} } });
  const refusing = { length: 1, key: () => { throw new Error('denied'); }, getItem: () => null, setItem: () => { throw new Error('full'); }, removeItem: () => undefined };
  const store = createDraftsStore(refusing);
  store.setState({ one: { overrides: [{ table: 't' }], options: {} } });
  expect(store.getState()['one']?.overrides).toEqual([{ table: 't' }]);
});
