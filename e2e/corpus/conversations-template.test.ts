/** A flat history, migrated into the four tables by its template, shows the same conversations before and after. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Conversation, Message } from '../../shared/model/conversation.ts';
import { writeSampleSqlite } from '../../src-main/core/conversations/samples/index.ts';
import { detectIn, openRows, openScan } from '../../src-main/core/conversations/scan/index.ts';
import { sqliteSource } from '../../src-main/core/sources/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, splitUrl } from './command-line.ts';

type Source = Parameters<typeof openScan>[0];

async function shown(source: Source, adapter: string) {
  const rows = openRows(source);
  const { detections } = await detectIn(rows);
  await rows.close();
  const mapping = detections[0]?.mapping;
  expect(mapping?.adapter).toBe(adapter);
  const scan = await openScan(source, mapping ?? { adapter: 'generic' });
  const conversations: Conversation[] = [];
  const messages: Message[] = [];
  const metrics: unknown[] = [];
  for await (const records of scan.records(new AbortController().signal)) {
    for (const record of records) {
      if (record.kind === 'conversation') conversations.push(record.row);
      else if (record.kind === 'message') messages.push(record.row);
      else if (record.kind === 'metric') metrics.push(record.row);
    }
  }
  await scan.close();
  return { conversations, messages, metrics };
}

/** What a reader sees of a conversation; keys are each database's own. */
function seen({ conversations, messages }: Awaited<ReturnType<typeof shown>>) {
  return conversations.map(({ key, title, owner, createdAt, updatedAt, messages: count, deletedAt }) => ({
    title, owner, createdAt, updatedAt, count, deletedAt,
    messages: messages.filter(({ conversation }) => conversation === key).map(({ role, at, parts, model, outputTokens, isError }) => ({ role, at, parts, model, outputTokens, isError })).toSorted((a, b) => (JSON.stringify([a.at, a.role, a.parts]) < JSON.stringify([b.at, b.role, b.parts]) ? -1 : 1)),
  })).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe.skipIf(!hasPostgres())('duiliocode-conversations', () => {
  test('the same conversations, messages, roles, times and contents before and after', async () => {
    using folder = tempFolder('conversations');
    await using database = await freshDatabase();
    const path = join(folder.path, 'duiliocode.db');
    writeSampleSqlite(path, 'flat-history', { conversations: 20, metrics: 40 });
    // Two people in one session are two conversations; words that look like JSON stay words.
    const db = new Database(path);
    db.exec(`INSERT INTO conversation_history (user_id, session_id, role, content, model, created_at) VALUES ('ana', 'shared', 'user', '{"a": 1.50}', NULL, '2024-12-20 18:00:00.123456'), ('joão', 'shared', 'user', 'ação — "não" 👍', NULL, '2024-12-20 18:00:01.000000'),
      ('joão', 'shared', 'assistant', '[{"type":"text","text":"quoted"}]', 'm', '2024-12-20 18:00:02.000000')`);
    db.close();
    const before = await shown(sqliteSource(path), 'flat-history');
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const ended = await command(['migrate', path, '--target', target.url, '--template', 'duiliocode-conversations', '--format', 'json'], { home, password: target.password });
    expect([ended.code, resultOf(ended).status, resultOf(ended).swapped]).toEqual([0, 'verified', true]);
    const after = await shown({ kind: 'postgres', reference: 'test', database: database.name, config: database.config }, 'four-table');
    expect(before.conversations).toHaveLength(22);
    expect(seen(after)).toEqual(seen(before));
    expect(after.metrics).toHaveLength(before.metrics.length);
    expect(new Set(after.metrics.map((row) => JSON.stringify(row)))).toEqual(new Set(before.metrics.map((row) => JSON.stringify(row))));
  });
});
