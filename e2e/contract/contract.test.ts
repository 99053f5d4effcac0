/** The same calls through every host must have equal results (design: README, "the three hosts cannot drift apart"). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleSqlite } from '../../src-main/core/conversations/samples/index.ts';
import { tempFolder } from '../../src-main/test-support/temp-folder.ts';
import { makeCalls } from './calls.ts';
import type { Answer, Surroundings } from './calls.ts';
import { hosts } from './hosts.ts';
import { createNormaliser } from './normalise.ts';

const temp = tempFolder('contract');
const around: Surroundings = { source: join(temp.path, 'legacy.db'), chats: join(temp.path, 'chats.db'), folder: join(temp.path, 'folder') };
const answers = new Map<string, readonly Answer[]>();

beforeAll(() => {
  mkdirSync(join(around.folder, 'inner'), { recursive: true });
  writeFileSync(join(around.folder, 'notes.txt'), 'no database');
  const database = new Database(around.source);
  database.exec(`
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born TEXT);
    CREATE TABLE book (id INTEGER PRIMARY KEY, author_id INTEGER REFERENCES author (id), title TEXT, price REAL, big INTEGER, cover BLOB);
    INSERT INTO author VALUES (1, 'Machado de Assis', '1839-06-21'), (2, 'Clarice Lispector', NULL);
    INSERT INTO book VALUES (1, 1, 'Dom Casmurro ✓', 12.5, 9223372036854775807, x'00ff'), (2, 2, '', 0.1, -9223372036854775808, NULL);`);
  database.close();
  writeSampleSqlite(around.chats, 'four-table', { conversations: 12, messages: 6 });
});

afterAll(() => temp.remove());

for (const host of hosts) {
  test(`${host.name} answers every call`, async () => {
    const home = join(temp.path, `home-${host.name}`);
    const running = await host.start(home);
    try {
      const normalise = createNormaliser({ [home]: '<home>' });
      const made = await makeCalls(running, around);
      expect(made.length).toBeGreaterThan(40);
      answers.set(host.name, made.map(({ call, reply }) => ({ call, reply: normalise(reply) as Answer['reply'] })));
    } finally {
      await running.close();
    }
  }, 300_000);
}

test('every host gives the same answers', () => {
  const [first, ...others] = hosts.map(({ name }) => answers.get(name));
  expect(first).toBeDefined();
  for (const other of others) expect(other).toEqual(first);
});

test('what was refused was refused for its reason, and repeats no secret', () => {
  const refusals = (answers.get('web') ?? []).filter(({ reply }) => !reply.ok).map(({ call, reply }) => [call, reply.ok ? '' : reply.error.code]);
  expect(refusals).toEqual(expect.arrayContaining([['nothing/there', 'INVALID_INPUT'], ['__proto__', 'INVALID_INPUT'], ['connections/add', 'INVALID_INPUT'], ['runs/get', 'NOT_FOUND']]));
  expect(refusals.some(([, code]) => code === 'INTERNAL')).toBe(false);
  expect(JSON.stringify([...answers])).not.toContain('hunter2');
});

test('conversations are found by words with or without accents, and what is personal is in no answer', () => {
  const made = answers.get('web') ?? [];
  const hits = made.filter(({ call, reply }) => call === 'conversations/search' && reply.ok).map(({ reply }) => JSON.stringify(reply.ok ? reply.value : null));
  expect(JSON.parse(hits[0] ?? '').rows.length).toBeGreaterThan(0);
  expect(hits[1]).toBe(hits[0]);
  expect(hits.join('')).not.toMatch(/[\w.]+@[\w-]+\.\w/);
  expect(hits.join('')).toContain('query.unknown-operator');
});

test('64-bit integers cross as text, whole', () => {
  for (const made of answers.values()) {
    const assessment = JSON.stringify(made.findLast(({ call, reply }) => call === 'assess/get' && reply.ok));
    expect(assessment).toContain('"9223372036854775807"');
    expect(assessment).toContain('"-9223372036854775808"');
  }
});
