/** The reader as the console uses it: threads, reveals, originals, cancelling, a source that is away, a program that is killed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { mappingSchema } from '../../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { maskText } from '../../../../shared/pure/masking/index.ts';
import { openSqlite } from '../../../drivers/sqlite/index.ts';
import { tempFolder, type TempFolder } from '../../../test-support/index.ts';
import { sqliteSource } from '../../sources/index.ts';
import { noMasking, type ConversationReader, type Masker } from '../ports.ts';
import { emptyQuery, maskedCases } from '../search-cases.ts';
import { refreshFile } from './build/refresh.ts';
import { currentFile } from './files.ts';
import { cacheState, openCacheReader, refreshCache } from './index.ts';
import { openAnswers } from './reader/answers.ts';
import { asIs, conversationRow, memoryScan, messageRow } from './test-fixture.ts';

const column = (name: string): { column: string } => ({ column: name });
const secret = new Uint8Array(32);
const mapping: Mapping = mappingSchema.parse({
  adapter: 'generic',
  conversations: { table: { name: 'c' }, id: column('id'), title: column('title'), owner: column('owner'), updated: column('at') },
  messages: { table: { name: 'm' }, id: column('id'), conversation: column('c'), role: column('role'), content: column('text'), contentAs: 'text', created: column('at') },
});
const never = new AbortController().signal;
const query = (...texts: readonly string[]): Query => ({ ...emptyQuery, terms: texts.map((text) => ({ kind: 'phrase', text, not: false })) });

let folder: TempFolder;
let path: string;
let copy: string;
let reader: ConversationReader;
const revealed = new Set<string>();
const masker: Masker = { active: true, mask: (text) => maskText(text).text, isRevealed: (_, key) => revealed.has(key), revealed: () => [...revealed] };
const found = async (asked: Query, as: Masker = masker): Promise<string[]> => (await reader.search({ query: asked, limit: 50, masker: as, signal: never })).rows.map((row) => row.message);
const refresh = (): ReturnType<typeof refreshCache> => refreshCache({ folder: copy, source: sqliteSource(path), mapping, secret }, { signal: never, onProgress: () => undefined });

function change(sql: string): void {
  using file = openSqlite(path, { mode: 'write', create: true });
  file.db.exec(sql);
}

beforeAll(async () => {
  folder = tempFolder('cache');
  path = join(folder.path, 'source.db');
  copy = join(folder.path, 'copy');
  change('CREATE TABLE c (id TEXT PRIMARY KEY, title TEXT, owner TEXT, at TEXT); CREATE TABLE m (id INTEGER PRIMARY KEY, c TEXT, role TEXT, text TEXT, at TEXT)');
  change("INSERT INTO c VALUES ('a', 'Contact ana.silva@example.com', 'ana', '2026-01-01T00:00:00Z'), ('b', 'Plain', 'bob', '2026-01-02T00:00:00Z')");
  for (const [index, { text }] of maskedCases.entries()) change(`INSERT INTO m VALUES (${index + 1}, 'a', 'user', '${text}', '2026-01-01T00:00:0${index}Z')`);
  await refresh();
  reader = openCacheReader({ library: 'l', folder: copy, source: sqliteSource(path), mapping, secret });
});
afterAll(async () => {
  await reader.close();
  folder.remove();
});

describe('what is masked', () => {
  test.each(maskedCases.map((each, index) => ({ ...each, key: String(index + 1) })))('$value is found only while it is revealed', async ({ value, beside, key }) => {
    expect(await found(query(value))).toEqual([]);
    expect(await found(query(beside))).toEqual([key]);
    expect(await reader.count(query(value), masker, never)).toEqual({ count: 0, capped: false });
    revealed.add(key);
    const page = await reader.search({ query: query(value), limit: 5, masker, signal: never });
    expect(page.rows.map((row) => row.message)).toEqual([key]);
    expect(page.rows[0]?.snippet.some((segment) => segment.hit)).toBe(true);
    expect(page.rows[0]?.snippet.map((segment) => segment.text).join('')).toContain(value);
    expect(await reader.count(query(value), masker, never)).toEqual({ count: 1, capped: false });
    expect((await reader.list({ query: query(value), limit: 5, masker, signal: never })).rows.map((row) => row.key)).toEqual(['a']);
    expect((await reader.stats(query(value), masker, never)).messages).toBe(1);
    revealed.delete(key);
    expect(await found(query(value))).toEqual([]);
    expect((await reader.list({ query: query(value), limit: 5, masker, signal: never })).rows).toEqual([]);
  });

  test('comes masked, and as it is when it is asked for', async () => {
    const { rows } = await reader.thread('a', 'start', 50, never);
    expect(rows.map((row) => row.masked)).toEqual([true, true, true]);
    expect(JSON.stringify(rows)).not.toContain('ana.silva');
    const originals = await reader.originals?.(['1'], ['a']);
    expect(originals?.messages[0]?.parts).toEqual([{ type: 'text', text: maskedCases[0]?.text, format: 'plain' }]);
    expect(originals?.conversations[0]?.title).toBe('Contact ana.silva@example.com');
    expect((await reader.raw('message', '1')).flatMap((row) => row.cells.map((cell) => cell.text))).toContain(maskedCases[0]?.text);
  });

  test('a view without masks has the hits of masked words with their own texts', async () => {
    const { rows: [hit] } = await reader.search({ query: query('refund'), limit: 5, masker: noMasking, signal: never });
    expect(hit?.snippet.map((segment) => segment.text).join('')).toBe(maskedCases[0]?.text);
    expect(hit?.title).toBe('Contact ana.silva@example.com');
  });
});

test('what came, changed and went is seen with the next answer', async () => {
  change("INSERT INTO m VALUES (10, 'b', 'user', 'a brand new message', '2026-01-03T00:00:00Z')");
  expect(await refresh()).toMatchObject({ outcome: 'changed', written: 1 });
  expect(await found(query('brand new'))).toEqual(['10']);
  change("UPDATE m SET text = 'an older one' WHERE id = 10");
  expect(cacheState(copy, mapping, 'other', secret).search).toBe('stale');
  await refresh();
  expect(await found(query('brand new'))).toEqual([]);
  expect(await found(query('older one'))).toEqual(['10']);
  change('DELETE FROM m WHERE id = 10');
  expect(await refresh()).toMatchObject({ gone: 1 });
  expect(await found(query('older one'))).toEqual([]);
  expect(await refresh()).toMatchObject({ outcome: 'same' });
});

test('a question that was cancelled is answered at once', async () => {
  const controller = new AbortController();
  const asked = reader.search({ query: query('refund'), limit: 5, masker, signal: controller.signal });
  controller.abort();
  await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(reader.list({ query: emptyQuery, limit: 5, masker, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await found(query('refund'))).toEqual(['1']);
});

test('with its source away everything masked is still read and found', async () => {
  const away = openCacheReader({ library: 'l', folder: copy, source: sqliteSource(`${path}.away`), mapping, secret });
  renameSync(path, `${path}.elsewhere`);
  try {
    expect((await away.list({ query: emptyQuery, limit: 5, masker, signal: never })).rows.map((row) => row.key)).toEqual(['b', 'a']);
    expect((await away.search({ query: query('refund'), limit: 5, masker: noMasking, signal: never })).rows[0]?.snippet.map((segment) => segment.text).join('')).toContain('⟨email⟩');
    revealed.add('1');
    expect((await away.search({ query: query('refund'), limit: 5, masker, signal: never })).rows).toHaveLength(1);
    revealed.delete('1');
    await expect(away.raw('message', '1')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  } finally {
    renameSync(`${path}.elsewhere`, path);
    await away.close();
  }
});

test('no copy, no reader', () => {
  expect(() => openCacheReader({ library: 'l', folder: join(folder.path, 'none'), source: sqliteSource(path), mapping, secret })).toThrow(expect.objectContaining({ code: 'CACHE_MISSING' }));
});

describe('a program that is killed', () => {
  /** Refreshes a copy of many rows in a process of its own and is killed somewhere in the middle. */
  async function killed(into: string, rows: number, text: string, milliseconds: number): Promise<void> {
    const here = import.meta.dirname;
    const code = `
      const { refreshFile } = await import(${JSON.stringify(join(here, 'build/refresh.ts'))});
      const { asIs, conversationRow, memoryScan, messageRow } = await import(${JSON.stringify(join(here, 'test-fixture.ts'))});
      const messages = Array.from({ length: ${rows} }, (_, index) => messageRow(String(index), 'c', '${text} ' + index, { at: new Date(1767225600000 + index * 1000).toISOString() }));
      process.stdout.write('go');
      await refreshFile({ ...asIs, folder: ${JSON.stringify(into)}, scan: memoryScan({ conversations: [conversationRow('c')], messages }) });
      process.stdout.write('done');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    await pause(milliseconds);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  const source = (rows: number, text: string) => ({ conversations: [conversationRow('c')], messages: Array.from({ length: rows }, (_, index) => messageRow(String(index), 'c', `${text} ${index}`, { at: new Date(1767225600000 + index * 1000).toISOString() })) });
  const countOf = async (into: string, text: string): Promise<number> => {
    const open = openAnswers({ folder: into, masking: 'none', mapping: 'test' }, () => Promise.reject(new Error('not needed')));
    try {
      return (await open.for({ revealed: [], limits: { isCancelled: () => false } }).count(query(text))).count;
    } finally {
      open.close();
    }
  };

  test('leaves no half copy, and the next refresh clears away what it left', async () => {
    const into = join(folder.path, 'killed');
    for (const milliseconds of [50, 250, 600]) {
      await killed(into, 20_000, 'first', milliseconds);
      if (currentFile(into) !== null) expect(await countOf(into, 'first')).toBe(1000);
    }
    await refreshFile({ ...asIs, folder: into, scan: memoryScan(source(300, 'first')) });
    expect(readdirSync(into).filter((name) => /building|stage/.test(name))).toEqual([]);
    expect(await countOf(into, 'first')).toBe(300);
    for (const milliseconds of [50, 400]) {
      await killed(into, 20_000, 'second', milliseconds);
      const [first, second] = [await countOf(into, 'first'), await countOf(into, 'second')];
      expect([[300, 0], [0, 1000]]).toContainEqual([first, second]);
    }
    await refreshFile({ ...asIs, folder: into, scan: memoryScan(source(200, 'third')) });
    expect([await countOf(into, 'first'), await countOf(into, 'second'), await countOf(into, 'third')]).toEqual([0, 0, 200]);
  });
});
