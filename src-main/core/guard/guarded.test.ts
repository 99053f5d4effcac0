import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { callNames, contract } from '../../../shared/contract/contract.ts';
import type { CallName } from '../../../shared/contract/contract.ts';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Handlers } from '../../../shared/contract/handlers.ts';
import { createCoreDouble, jobOf } from '../../test-support/core-double.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { openStore } from '../../store/index.ts';
import { createFileSecrets } from '../../platform/secrets.file.ts';
import { auditDetail } from './audit-detail.ts';
import { createEventGate } from './events.ts';
import { guarded } from './guarded.ts';
import type { GuardedPorts } from './guarded.ts';
import { createJobFailures } from './job-failures.ts';
import { isAllowed, supportCalls } from './policy.ts';
import { createProfile } from './profile.ts';

function harness(overrides: Partial<Handlers>, start: Partial<GuardedPorts> = {}) {
  const lines: { call: string; who: string; outcome: string; detail: string }[] = [];
  const own = new Set<string>();
  const handlers = guarded(createCoreDouble(overrides).handlers, {
    profile: async () => 'dba', isOwnJob: async (id) => own.has(id), addOwnJob: async (id) => void own.add(id), append: async (entry) => void lines.push(entry), roleOf: async () => null, written: async () => undefined, onJobFailed: () => undefined, user: 'ana', now: () => 0, ...start,
  });
  return { handlers, lines, own };
}
const context = { who: 'web' };

describe('the support profile', () => {
  /** Inputs that a call's schema lets through, as far as a rule looks at them. */
  const inputs: Partial<Record<CallName, object>> = { 'settings/set': { theme: 'dark' }, 'conversations/messages': { from: 'start' }, 'conversations/list': { query: '' }, 'conversations/names': { text: '' } };

  it('lets the calls on the list reach their handlers, and no other call of the contract', async () => {
    const reached = new Set<string>();
    const all = Object.fromEntries(callNames.map((name) => [name, async () => { reached.add(name); return name.endsWith('list') ? [] : {}; }])) as unknown as Handlers;
    const { handlers, lines } = harness(all, { profile: async () => 'support', isOwnJob: async () => true });
    for (const name of callNames) {
      const outcome = await (handlers[name] as (input: unknown, who: typeof context) => Promise<unknown>)(inputs[name] ?? {}, context).then(() => 'ok', (error: { code: string }) => error.code);
      expect([name, outcome]).toEqual([name, Object.hasOwn(supportCalls, name) ? 'ok' : 'NOT_IN_PROFILE']);
    }
    expect([...reached].toSorted()).toEqual(Object.keys(supportCalls).toSorted());
    expect(lines.filter((line) => line.outcome === 'NOT_IN_PROFILE').map((line) => line.call)).toEqual(callNames.filter((name) => !Object.hasOwn(supportCalls, name)));
  });

  it('allows these changes and nothing that endangers', () => {
    const allowed = callNames.filter((name) => Object.hasOwn(supportCalls, name));
    expect(allowed.filter((name) => contract[name].kind === 'danger')).toEqual([]);
    expect(allowed.filter((name) => contract[name].kind === 'write').toSorted()).toEqual(['conversations/export', 'conversations/reveal', 'jobs/cancel', 'libraries/refresh', 'profile/leave', 'replicas/refresh', 'settings/set']);
  });

  it('refuses names that only look like calls', async () => {
    const ports = { isOwnJob: async () => true };
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'conversations/new']) expect(await isAllowed(name as CallName, {} as never, ports), name).toBe(false);
  });

  it('changes only what is its own in the settings', async () => {
    const { handlers } = harness({}, { profile: async () => 'support' });
    expect(await handlers['settings/set']({ language: 'pt-BR', theme: 'dark', density: 'dense', tourDone: true }, context)).toMatchObject({ language: 'pt-BR' });
    for (const change of [{ masking: false }, { rejectShare: 1 }, { theme: 'dark' as const, masking: false }]) await expect(handlers['settings/set'](change, context)).rejects.toMatchObject({ code: 'NOT_IN_PROFILE' });
  });

  it('sees, follows and cancels its own jobs only, and gets no file of another\'s export', async () => {
    const { handlers, own } = harness({
      'jobs/list': async () => [jobOf('mine'), jobOf('theirs')], 'jobs/get': async ({ id }) => jobOf(id), 'jobs/log': async () => [], 'jobs/cancel': async () => ({ done: true }),
      'conversations/export': async () => ({ jobId: 'mine' }), 'conversations/exported': async () => ({ fileName: 'a', data: '', next: null, bytes: 0 }),
    }, { profile: async () => 'support' });
    await expect(handlers['conversations/exported']({ jobId: 'mine', offset: 0 }, context)).rejects.toMatchObject({ code: 'NOT_IN_PROFILE' });
    await handlers['conversations/export']({ library: 'l', query: '', of: 'messages', format: 'json', language: 'en' }, context);
    expect([...own]).toEqual(['mine']);
    expect((await handlers['jobs/list']({}, context)).map((job) => job.id)).toEqual(['mine']);
    expect(await handlers['conversations/exported']({ jobId: 'mine', offset: 0 }, context)).toMatchObject({ fileName: 'a' });
    for (const name of ['jobs/get', 'jobs/log', 'jobs/cancel'] as const) {
      await handlers[name]({ id: 'mine' }, context);
      await expect(handlers[name]({ id: 'theirs' }, context)).rejects.toMatchObject({ code: 'NOT_IN_PROFILE' });
    }
  });
});

describe('events', () => {
  const events: TravessiaEvent[] = [
    { type: 'job', job: jobOf('mine') }, { type: 'job', job: jobOf('theirs') }, { type: 'job-log', jobId: 'theirs', line: { at: '', level: 'info', text: 'secret table' } }, { type: 'job-log', jobId: 'mine', line: { at: '', level: 'info', text: 'x' } },
    { type: 'run-progress', jobId: 'theirs', runId: 'r', tables: [], bytesPerSecond: 0, rowsPerSecond: 0 }, { type: 'changed', noun: 'connections', id: 'c' }, { type: 'changed', noun: 'libraries' }, { type: 'changed', noun: 'projects' },
  ];

  it('of other features do not leave under support; a DBA gets them all, in order', async () => {
    for (const profile of ['support', 'dba'] as const) {
      const seen: TravessiaEvent[] = [];
      const gate = createEventGate({ profile: async () => profile, isOwnJob: async (id) => id === 'mine' }, (event) => seen.push(event), () => 0);
      for (const event of events) gate.emit(event);
      await gate.drain();
      expect(seen).toEqual(profile === 'dba' ? events : [events[0], events[3], events[6]]);
    }
  });

  it('are held back where the profile cannot be read', async () => {
    const seen: TravessiaEvent[] = [];
    const gate = createEventGate({ profile: () => Promise.reject(new Error('no store')), isOwnJob: async () => true }, (event) => seen.push(event), () => 0);
    gate.emit({ type: 'changed', noun: 'projects' });
    await gate.drain();
    expect(seen).toEqual([]);
  });
});

describe('the audit', () => {
  const search = { library: 'l', query: 'ana@example.com 529.982.247-25', limit: 50 };

  it('names changes, dangers and the reads that matter, with user, host and role, and without secrets or personal data', async () => {
    const { handlers, lines } = harness({ 'conversations/search': async () => ({ rows: [], next: null, order: 'newest', diagnostics: [] }) }, { roleOf: async (input) => ('library' in input ? 'support_ro' : null) });
    await handlers['settings/get']({}, context);
    await handlers['settings/set']({ theme: 'dark' }, context);
    await handlers['conversations/search'](search, context);
    await handlers['conversations/search'](search, context);
    await handlers['conversations/search']({ ...search, after: 'x' }, context);
    await handlers['connections/add']({ name: 'n', kind: 'postgres', location: 'postgres://me:hunter2@h/db?password=hunter2', environment: 'test', colour: 'red', readOnly: false, password: 'hunter2' }, context).catch(() => undefined);
    expect(lines.map(({ call, who, outcome }) => [call, who, outcome])).toEqual([['settings/set', 'ana (web)', 'ok'], ['conversations/search', 'ana (web, support_ro)', 'ok'], ['connections/add', 'ana (web)', 'NOT_FOUND']]);
    expect(JSON.stringify(lines)).not.toMatch(/hunter2|ana@example|529/);
    expect(lines[1]?.detail).toBe('{"library":"l","query":"⟨email⟩ ⟨cpf⟩","limit":50}');
    expect(lines[2]?.detail).toContain('postgres://me:…@h/db');
  });

  it('has a line for each minute in which the same look is taken again, however often it is', async () => {
    const clock = { now: 1_000_000 };
    const { handlers, lines } = harness({ 'conversations/search': async () => ({ rows: [], next: null, order: 'newest', diagnostics: [] }) }, { now: () => clock.now });
    const minutes: number[] = [];
    for (; clock.now < 1_000_000 + 10 * 60_000; clock.now += 20_000) {
      const before = lines.length;
      await handlers['conversations/search'](search, context);
      if (lines.length > before) minutes.push((clock.now - 1_000_000) / 60_000);
    }
    expect(minutes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // A clock that was put back hides nothing.
    clock.now = 0;
    await handlers['conversations/search'](search, context);
    expect(lines).toHaveLength(11);
  });

  it('has a line for tasks and events seen, hits counted and hits stepped through; one look is one line', async () => {
    const clock = { now: 0 };
    const { handlers, lines } = harness({
      'conversations/timeline': async () => ({ tasks: [], events: [], cut: false }), 'conversations/count': async () => ({ count: 1, capped: false }), 'conversations/step': async () => ({ message: null, conversation: null, next: null }),
    }, { profile: async () => 'support', now: () => clock.now });
    const look = async (conversation: string, query: string): Promise<void> => {
      for (const from of [null, '2024-01-01T00:00:00.000Z', '2024-01-02T00:00:00.000Z']) await handlers['conversations/timeline']({ library: 'l', conversation, from, to: null }, context);
      for (const key of ['1', '2', '3']) await handlers['conversations/step']({ library: 'l', query, key, direction: 'next' }, context);
      await handlers['conversations/count']({ library: 'l', query }, context);
      await handlers['conversations/count']({ library: 'l', query }, context);
    };
    const calls = (): string[] => lines.splice(0).map(({ call, outcome }) => `${call} ${outcome}`);
    const all = ['conversations/timeline ok', 'conversations/step ok', 'conversations/count ok'];
    await look('a', 'cat');
    expect(calls()).toEqual(all);
    await look('a', 'cat');
    expect(calls()).toEqual([]);
    await look('b', 'dog');
    expect(calls()).toEqual(all);
    clock.now += 60_000;
    await look('b', 'dog');
    expect(calls()).toEqual(all);
  });

  it('has a line for pages of what nobody is written down to have opened, and for their failures; others belong to the look', async () => {
    const clock = { now: 0 };
    const { handlers, lines } = harness({
      'conversations/messages': async ({ conversation }) => (conversation === 'gone' ? Promise.reject(new Error('no')) : { rows: [], before: null, after: null }), 'conversations/list': async () => ({ rows: [], next: null, diagnostics: [] }),
      'conversations/search': async () => ({ rows: [], next: null, order: 'newest', diagnostics: [] }), 'conversations/exported': async () => ({ fileName: 'a', data: '', next: null, bytes: 0 }), 'audit/export': async () => ({ text: '', next: null }),
    }, { now: () => clock.now });
    const page = (conversation: string, from: 'start' | { after: string } | { before: string }) => handlers['conversations/messages']({ library: 'l', conversation, from, limit: 50 }, context);
    await page('a', 'start');
    for (let at = 0; at < 30; at += 1) {
      clock.now += 60_000;
      await page('a', { after: `c${at}` });
      await page('a', { before: `c${at}` });
    }
    expect(lines).toHaveLength(1);
    await page('b', { after: 'c' });
    await page('b', { after: 'd' });
    expect(lines).toHaveLength(2);
    await expect(page('gone', { after: 'c' })).rejects.toThrow();
    expect(lines.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'INTERNAL']);
    await handlers['conversations/search']({ ...search, after: 'c' }, context);
    await handlers['conversations/list']({ ...search, after: 'c' }, context);
    await handlers['conversations/exported']({ jobId: 'j', offset: 5 }, context);
    await handlers['audit/export']({ after: '7' }, context);
    expect(lines.slice(3).map(({ call }) => call)).toEqual(['conversations/search', 'conversations/list', 'conversations/exported', 'audit/export']);
    // Another day's page is another day's look.
    clock.now += 86_400_000;
    await page('a', { after: 'c' });
    expect(lines).toHaveLength(8);
  });

  it('has its line before anything is revealed or exported: where none can be written, nothing begins', async () => {
    const begun: string[] = [];
    const { handlers, lines } = harness({
      'conversations/reveal': async (_, { line }) => { await line?.(); begun.push('reveal'); throw new Error('not here'); },
      'conversations/export': async (_, { line }) => { await line?.(); begun.push('export'); return { jobId: 'e' }; },
    }, { append: () => Promise.reject(new Error('busy')) });
    await expect(handlers['conversations/reveal']({ library: 'l', kind: 'message', key: 'k', reason: 'asked for' }, context)).rejects.toThrow('busy');
    await expect(handlers['conversations/export']({ library: 'l', query: '', of: 'messages', format: 'json', language: 'en' }, context)).rejects.toThrow('busy');
    expect([begun, lines]).toEqual([[], []]);
  });

  it('says of a change which library it is about, with whose role, and that its job failed', async () => {
    const failures = createJobFailures();
    const { handlers, lines } = harness({ 'conversations/change': async (_, { about }) => { about?.('l'); return { jobId: 'j' }; } }, { roleOf: async (input) => ('library' in input ? 'writer' : null), onJobFailed: failures.onFailed });
    // The job may have ended before its line is written.
    failures.note({ type: 'job', job: { ...jobOf('j'), state: 'failed', endedAt: '2026-01-01T00:00:01.000Z', error: { code: 'READ_ONLY', message: '' } } });
    await handlers['conversations/change']({ id: 'delete k', hash: 'a1'.repeat(32) }, context);
    await failures.written();
    expect(lines.map(({ who, outcome, detail }) => [who, outcome, detail])).toEqual(['ok', 'READ_ONLY'].map((outcome) => ['ana (web, writer)', outcome, `{"id":"delete k","hash":"${'a1'.repeat(8)}…","library":"l"}`]));
  });

  it('that cannot be written undoes no change, but nothing is read or revealed without it', async () => {
    const { handlers } = harness({
      'conversations/search': async () => ({ rows: [], next: null, order: 'newest', diagnostics: [] }), 'conversations/reveal': () => Promise.reject(new Error('never asked')), 'conversations/export': async () => ({ jobId: 'j' }),
    }, { append: () => Promise.reject(new Error('disk full')) });
    expect(await handlers['settings/set']({ theme: 'dark' }, context)).toMatchObject({ theme: 'dark' });
    await expect(handlers['conversations/search'](search, context)).rejects.toThrow('disk full');
    await expect(handlers['conversations/export']({ library: 'l', query: '', of: 'messages', format: 'json', language: 'en' }, context)).rejects.toThrow('disk full');
  });

  it('keeps the reason of a reveal, cut and masked', () => {
    expect(auditDetail({ key: '1', reason: 'customer ana@example.com asked' })).toBe('{"key":"1","reason":"customer ⟨email⟩ asked"}');
    expect(auditDetail({ text: 'x'.repeat(100_000) }).length).toBeLessThan(700);
    expect(auditDetail({ passphrase: 'open sesame' })).toBe('{"passphrase":"…"}');
  });
});

describe('the passphrase', () => {
  async function setUp() {
    const folder = tempFolder('profile');
    const store = await openStore(folder.path);
    const secrets = createFileSecrets(folder.path, {});
    const clock = { now: 1_000_000 };
    const make = () => createProfile({ store, secrets, now: () => clock.now, cost: { N: 2 ** 10, r: 8, p: 1 }, onChange: () => undefined });
    return { folder, store, secrets, clock, make, profile: make(), async [Symbol.asyncDispose]() { await store.close(); folder[Symbol.dispose](); } };
  }

  it('is asked for once to enter and always to leave, in every process, and is nowhere in a file', async () => {
    await using made = await setUp();
    const { profile, make, folder } = made;
    expect([await profile.current(), await profile.hasPassphrase()]).toEqual(['dba', false]);
    await expect(profile.enter(undefined)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await profile.enter('open sesame');
    expect([await profile.current(), await make().current(), await make().hasPassphrase()]).toEqual(['support', 'support', true]);
    await expect(make().leave('open sesam')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    expect(await profile.current()).toBe('support');
    await make().leave('open sesame');
    expect(await profile.current()).toBe('dba');
    await expect(profile.enter('another one')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await profile.enter(undefined);
    expect(await profile.current()).toBe('support');
    for (const file of ['secrets.json', 'store.db']) expect(readFileSync(join(folder.path, file), 'latin1')).not.toContain('sesame');
  });

  it('is not to be guessed: wrong tries are slowed down, also side by side and over restarts', async () => {
    await using made = await setUp();
    const { profile, make, clock } = made;
    await profile.enter('open sesame');
    for (let n = 0; n < 4; n += 1) await expect(profile.leave(`wrong ${n} wrong`)).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    await expect(make().leave('open sesame')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE', hint: 'Try again in 1 seconds.' });
    clock.now += 1000;
    const tries = await Promise.all(['a', 'b', 'c', 'd'].map((word) => make().leave(`guess ${word} guess`).then(() => 'in', (error: { hint?: string }) => error.hint ?? '')));
    expect(tries.filter((hint) => hint.startsWith('Try again'))).toHaveLength(3);
    clock.now -= 1_000_000;
    await expect(make().leave('open sesame')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' });
    clock.now += 2_000_000;
    await make().leave('open sesame');
    expect(await profile.current()).toBe('dba');
  });

  it('keeps the door closed where it or the profile cannot be read, or the store was replaced', async () => {
    await using made = await setUp();
    const { profile, make, secrets, store } = made;
    await profile.enter('open sesame');
    await store.guard.setProfile('dba');
    expect(await make().current()).toBe('support');
    expect(await store.guard.profile()).toBe('support');
    await secrets.remove('guard:profile');
    await expect(profile.leave('open sesame')).rejects.toMatchObject({ code: 'SECRETS_UNAVAILABLE' });
    await secrets.set('guard:profile', '{"profile":"dba"}');
    await expect(profile.leave('open sesame')).rejects.toMatchObject({ code: 'SECRETS_UNAVAILABLE' });
    expect(await profile.current()).toBe('support');
    const blind = createProfile({ store: { guard: { ...store.guard, profile: () => Promise.reject(new Error('gone')) } }, secrets, now: () => 0, onChange: () => undefined });
    expect(await blind.current()).toBe('support');
  });
});
