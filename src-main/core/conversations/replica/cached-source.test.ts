/** A replica of a library that is read from the console's copy says what its source holds, never what the copy held. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSqlite } from '../../../drivers/sqlite/index.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { at, rows, testConsole } from '../../../test-support/test-console.ts';

const emptyQuery = { terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] };

test('its source is read at each refresh, and unreachable where it is away', async () => {
  using folder = tempFolder('cached-source');
  const source = join(folder.path, 'chats.db');
  const write = (sql: string): void => {
    using file = openSqlite(source, { mode: 'write', create: true });
    file.db.exec(sql);
  };
  write(`CREATE TABLE conversation_history (id INTEGER PRIMARY KEY, session_id TEXT, user_id TEXT, role TEXT, content TEXT, model TEXT, created_at TEXT);
    INSERT INTO conversation_history (session_id, user_id, role, content, created_at) VALUES ('s', 'ana', 'user', 'a giraffe', '2030-01-01T00:00:00Z')`);
  const console = testConsole(join(folder.path, 'home'));
  try {
    const mapping = at(await console.ask('libraries/detect', { source }), 'detections', 0, 'mapping');
    const library = at(await console.ask('libraries/add', { source, name: 'Chats', mapping }), 'id');
    await console.job('libraries/refresh', { id: library });
    const made = await console.ask('replicas/create', { library, name: 'Trip', scope: { query: emptyQuery, keys: [], masked: true } });
    const replica = at(made, 'id');
    await console.settled(String(at(made, 'jobId')));
    const shown = async (): Promise<unknown> => at(await console.ask('replicas/list', {}), 0);
    const asOf = at(await shown(), 'refreshedAt');

    renameSync(source, `${source}.away`);
    expect(await console.settled(String(at(await console.ask('replicas/refresh', { id: replica }), 'jobId')))).toMatchObject({ state: 'failed', error: { code: 'CANNOT_CONNECT' } });
    expect(await shown()).toMatchObject({ state: 'unreachable', refreshedAt: asOf });

    renameSync(`${source}.away`, source);
    write("UPDATE conversation_history SET content = 'a zebra'");
    await console.job('replicas/refresh', { id: replica });
    expect(await shown()).toMatchObject({ state: 'ready', error: null });
    const found = await console.ask('conversations/search', { library: at(await shown(), 'readAs'), query: 'zebra' });
    expect(rows(found)).toHaveLength(1);
  } finally {
    await console.close();
  }
}, 120_000);
