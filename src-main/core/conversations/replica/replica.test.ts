import { copyFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Replica } from '../../../../shared/model/conversation-work.ts';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { createFileSecrets } from '../../../platform/secrets.file.ts';
import { openStore } from '../../../store/index.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { createJobs } from '../../jobs/jobs.ts';
import type { Libraries } from '../ports.ts';
import { conversationOf, memoryLibraries, memoryReader, messageOf, type TestData } from '../test-library.ts';
import { createReplicas } from './replicas.ts';
import type { Scope } from './scope.ts';
import { readSealed } from './sealed-file.ts';

const planted = ['ana@example.com', '529.982.247-25', '11.222.333/0001-81', '+55 11 91234-5678', '4111 1111 1111 1111'];
const all = (keys: readonly string[]): Scope => ({ query: null, keys: [...keys], masked: true });

function data(count: number, change: Partial<Record<string, string>> = {}): TestData {
  const keys = Array.from({ length: count }, (_, index) => `c${index + 1}`);
  return {
    conversations: keys.map((key) => conversationOf(key, { title: `Title ${key} of ${planted[0]}`, owner: 'ana@example.com', metadata: `{"phone": "${planted[3]}", "n": 12345678901234567890}` })),
    messages: keys.flatMap((key) => [
      messageOf(`${key}-1`, key, change[key] ?? `Hello, my card is ${planted[4]} and CPF ${planted[1]}`),
      messageOf(`${key}-2`, key, '', { role: 'assistant', parts: [{ type: 'text', text: 'Done', format: 'markdown' }, { type: 'tool-call', name: 'send', callId: 'x1', arguments: `{"to":"${planted[0]}","cnpj":"${planted[2]}"}` }, { type: 'image', mime: 'image/png', name: 'card.png', url: null, data: 'data:image/png;base64,AAAA' }] }),
      messageOf(`${key}-3`, key, 'gone', { deletedAt: '2026-01-01T00:00:00.000Z' }),
    ]),
  };
}

/** All that replicas need, over a library in memory that a test may change or switch off. */
async function world(initial: TestData) {
  const folder = tempFolder('replica');
  const store = await openStore(folder.path);
  const secrets = createFileSecrets(folder.path, {});
  const state = { data: initial, away: false };
  const libraries: Libraries = {
    ...memoryLibraries(memoryReader(initial)),
    reader: async () => {
      if (state.away) throw new TravessiaError('CANNOT_CONNECT', { message: 'The server does not answer.' });
      return memoryReader(state.data);
    },
  };
  const jobs = createJobs(store.jobs, () => undefined, Date.now);
  const added: Replica[] = [];
  const path = (id: string): string => join(folder.path, 'replicas', `${id}.replica`);
  let time = Date.now();
  const make = () => createReplicas({
    store: store.replicas, secrets, jobs, libraries: () => libraries, path, now: () => (time += 10_000), onChange: () => undefined,
    readAs: { add: async (replica) => { added.push(replica); return `lib-${replica.id}`; }, remove: async () => undefined },
  });
  const replicas = make();
  return {
    folder, store, secrets, state, replicas, jobs, path, make,
    async create(scope: Scope): Promise<Replica> {
      const { id, jobId } = await replicas.create({ library: 'lib', name: 'Trip', scope });
      const job = await jobs.wait(jobId);
      expect(job.error).toBeNull();
      const made = (await replicas.list()).find((each) => each.id === id);
      if (made === undefined) throw new Error('not listed');
      return made;
    },
    async refresh(id: string) {
      return jobs.wait((await replicas.refresh(id)).id);
    },
    async [Symbol.asyncDispose]() {
      await replicas.close();
      await jobs.close();
      await store.close();
      folder.remove();
    },
  };
}

/** One replica for all: a new database takes seconds. Each test goes on where the one before ended. */
let w: Awaited<ReturnType<typeof world>>;
let replica: Replica;
beforeAll(async () => {
  w = await world(data(4));
  replica = await w.create(all(['c1', 'c2', 'c3', 'c4', 'nowhere']));
}, 300_000);
afterAll(() => w[Symbol.asyncDispose]());

test('a replica holds what was chosen, masked, in a file that says nothing without its key', async () => {
  expect(replica).toMatchObject({ conversations: 4, messages: 8, state: 'ready', error: null });
  const port = await w.replicas.port(replica.id);
  expect(await port.rows('SELECT id, name, user_id FROM conversations WHERE id < \'c3\' ORDER BY id')).toEqual([{ id: 'c1', name: 'Title c1 of ⟨email⟩', user_id: '⟨email⟩' }, { id: 'c2', name: 'Title c2 of ⟨email⟩', user_id: '⟨email⟩' }]);
  await expect(port.rows(`DELETE FROM messages`)).rejects.toMatchObject({ code: 'READ_ONLY' });

  // Every row of every table, and the data folder as it would be unpacked.
  const tables = await port.rows(`SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'travessia_replica', 'travessia_search')`);
  for (const { name } of tables) {
    const text = JSON.stringify(await port.rows(`SELECT t::text AS row FROM ${name} t`));
    for (const value of planted) expect(text.includes(value) || text.includes(value.replaceAll(/[^\d@.a-z]/g, '')), `${name}: ${value}`).toBe(false);
    expect(text).not.toContain('base64');
  }
  const files = readdirSync(join(w.folder.path, 'replicas')).filter((name) => !name.includes('.lock'));
  expect(files).toEqual([`${replica.id}.replica`]);
  const file = readFileSync(w.path(replica.id));
  expect(file.length).toBe(replica.bytes);
  for (const word of ['PG_VERSION', 'conversations', 'ustar', ...planted]) expect(file.includes(word), word).toBe(false);
});

test('a refresh fetches what changed and takes out what is gone; without a server all stays and says since when', async () => {
  const port = await w.replicas.port(replica.id);
  const before = readFileSync(w.path(replica.id));
  expect((await w.refresh(replica.id)).state).toBe('done');
  expect(readFileSync(w.path(replica.id)).equals(before), 'nothing changed, nothing written').toBe(true);

  w.state.away = true;
  expect((await w.refresh(replica.id)).error?.code).toBe('CANNOT_CONNECT');
  const [away] = await w.replicas.list();
  expect(away).toMatchObject({ state: 'unreachable', conversations: 4 });
  expect(await port.rows('SELECT count(*) AS n FROM messages')).toEqual([{ n: '8' }]);

  w.state.away = false;
  const changed = data(4, { c2: 'Another text' });
  w.state.data = { conversations: changed.conversations.filter(({ key }) => key !== 'c1').map((row) => (row.key === 'c3' ? { ...row, deletedAt: '2026-01-01T00:00:00.000Z' } : row)), messages: changed.messages };
  expect((await w.refresh(replica.id)).error).toBeNull();
  const [back] = await w.replicas.list();
  expect(back).toMatchObject({ state: 'ready', conversations: 2, messages: 4, error: null });
  expect(back?.refreshedAt ?? '').not.toBe(away?.refreshedAt);
  expect(await port.rows(`SELECT id, content FROM messages WHERE id LIKE '%-1' ORDER BY id`)).toMatchObject([{ id: 'c2-1', content: 'Another text' }, { id: 'c4-1' }]);

  // Another program opens the file as it was written, and finds the key missing when it was taken from it.
  const key = (await w.secrets.get(`replica:${replica.id}`)) ?? '';
  await w.secrets.remove(`replica:${replica.id}`);
  await expect(w.make().port(replica.id)).rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
  await w.secrets.set(`replica:${replica.id}`, key);
  const other = w.make();
  expect(await (await other.port(replica.id)).rows('SELECT count(*) AS n FROM messages')).toEqual([{ n: '4' }]);
  await other.close();
});

test('with another key it is read on, and the old key opens it no more; begun and interrupted, it is ended by the next refresh', async () => {
  const name = `replica:${replica.id}`;
  const keyNow = async (): Promise<Buffer> => Buffer.from((await w.secrets.get(name)) ?? '', 'base64');
  const port = await w.replicas.port(replica.id);
  const other = w.make();
  const elsewhere = await other.port(replica.id);
  const count = async (reader = port): Promise<string | null | undefined> => (await reader.rows('SELECT count(*) AS n FROM messages'))[0]?.['n'];
  const [before, scope] = [await keyNow(), readSealed(w.path(replica.id), await keyNow(), replica.id).scope];
  copyFileSync(w.path(replica.id), join(w.folder.path, 'former'));

  // A key that is not the file's: said clearly, and nothing changes.
  await w.replicas.close();
  await w.secrets.set(name, Buffer.alloc(32, 1).toString('base64'));
  expect((await w.jobs.wait((await w.replicas.rekey(replica.id)).id)).error).toMatchObject({ code: 'WRONG_PASSPHRASE' });
  expect(await w.secrets.get(`${name}:next`)).toBeNull();
  await w.secrets.set(name, before.toString('base64'));
  expect(await count()).toBe('4');

  expect((await w.jobs.wait((await w.replicas.rekey(replica.id)).id)).error).toBeNull();
  const after = await keyNow();
  expect(after.equals(before)).toBe(false);
  expect(() => readSealed(w.path(replica.id), before, replica.id)).toThrow('does not open this replica');
  expect(readSealed(w.path(replica.id), after, replica.id).scope).toBe(scope);
  expect(await w.replicas.list()).toMatchObject([{ state: 'ready', bytes: readFileSync(w.path(replica.id)).length, conversations: 2 }]);
  for (const reader of [port, elsewhere]) expect(await count(reader)).toBe('4');
  expect((await w.refresh(replica.id)).error).toBeNull();
  expect(await count()).toBe('4');
  await other.close();

  // Killed before the new file stood in its place, and after it did.
  await w.replicas.close();
  await w.secrets.set(`${name}:next`, Buffer.alloc(32, 2).toString('base64'));
  expect(await (await w.replicas.port(replica.id)).rows('SELECT 1 AS n')).toEqual([{ n: '1' }]);
  expect((await w.refresh(replica.id)).error).toBeNull();
  expect([await w.secrets.get(`${name}:next`), (await keyNow()).equals(after)]).toEqual([null, true]);
  await w.replicas.close();
  await w.secrets.set(`${name}:next`, after.toString('base64'));
  await w.secrets.set(name, before.toString('base64'));
  expect(await count()).toBe('4');
  expect((await w.refresh(replica.id)).error).toBeNull();
  expect([await w.secrets.get(`${name}:next`), (await keyNow()).equals(after)]).toEqual([null, true]);
  await expect(w.replicas.rekey('never')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a revoked replica is gone at once, for those who read it too, and a copy of its file says nothing', async () => {
  const port = await w.replicas.port(replica.id);
  copyFileSync(w.path(replica.id), join(w.folder.path, 'copy'));
  const other = w.make();
  const elsewhere = await other.port(replica.id);
  expect(await elsewhere.rows('SELECT 1 AS n')).toEqual([{ n: '1' }]);
  await w.replicas.revoke(replica.id);
  await expect(port.rows('SELECT 1')).rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
  await expect(w.replicas.refresh(replica.id)).rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
  await expect(elsewhere.rows('SELECT 1'), 'another program that has it open').rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
  await other.close();
  expect(existsSync(w.path(replica.id))).toBe(false);
  expect(await w.secrets.get(`replica:${replica.id}`)).toBeNull();
  copyFileSync(join(w.folder.path, 'copy'), w.path(replica.id));
  await expect(w.make().port(replica.id)).rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
  expect(() => readSealed(w.path(replica.id), Buffer.alloc(32), replica.id)).toThrow('does not open this replica');
  expect(await w.replicas.list()).toEqual([]);
  await w.replicas.revoke(replica.id);
  await expect(w.replicas.revoke('never')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a first copy that fails leaves nothing behind', async () => {
  w.state.away = true;
  const { id, jobId } = await w.replicas.create({ library: 'lib', name: 'Trip', scope: all(['c1']) });
  expect((await w.jobs.wait(jobId)).error?.code).toBe('CANNOT_CONNECT');
  expect(await w.replicas.list()).toEqual([]);
  expect(existsSync(w.path(id))).toBe(false);
  expect(await w.secrets.get(`replica:${id}`)).toBeNull();
});
