import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { adapterNames } from '../../../../shared/model/conversation-mapping.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../../test-support/index.ts';
import { sampleAdapters, sampleChats, sampleStatements, writeSampleSqlite } from './index.ts';

const options = { conversations: 30, seed: 7 } as const;

test('the same conversations for the same options', () => {
  const first = [...sampleChats(options)];
  expect([...sampleChats(options)]).toEqual(first);
  expect([...sampleChats({ ...options, seed: 8 })]).not.toEqual(first);
  expect(first).toHaveLength(30);
  expect(new Set(first.map(({ language }) => language))).toEqual(new Set(['en', 'pt']));
  const messages = first.flatMap((conversation) => conversation.messages);
  for (const of of ['tool', 'reasoning', 'image', 'file', 'error', 'deletedAt'] as const) expect(messages.some((message) => message[of] !== null), of).toBe(true);
  expect([...sampleChats({ conversations: 2, longest: 1001 })][0]?.messages).toHaveLength(1002);
});

test('times rise within a conversation, in whole seconds', () => {
  for (const { createdAt, updatedAt, messages } of sampleChats(options)) {
    const times = messages.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect([times[0], times.at(-1)]).toEqual([createdAt, updatedAt]);
    expect(times.every((at) => at % 1000 === 0)).toBe(true);
  }
});

test('every program can be written somewhere', () => {
  expect(new Set([...sampleAdapters('sqlite'), ...sampleAdapters('postgres')])).toEqual(new Set(adapterNames));
});

describe('each program into its own database', () => {
  test.each(sampleAdapters('sqlite'))('%s, SQLite', (adapter) => {
    using folder = tempFolder('samples');
    const path = join(folder.path, 'chats.db');
    writeSampleSqlite(path, adapter, options);
    const db = new Database(path, { readonly: true });
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  test.skipIf(!hasPostgres()).each(sampleAdapters('postgres'))('%s, PostgreSQL', async (adapter) => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    for (const sql of sampleStatements(adapter, options)) await session.exec(sql);
  });
});
