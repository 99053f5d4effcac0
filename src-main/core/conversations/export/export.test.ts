import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exportFormats, type ExportFormat } from '../../../../shared/model/conversation-work.ts';
import { emptyQuery } from '../../../../shared/pure/conversation-query/index.ts';
import { conversationOf, memoryGuard, memoryLibraries, memoryReader, messageOf, type TestData } from '../test-library.ts';
import { openLens } from '../view/index.ts';
import { createExportedFiles, exportConversations, type ExportRequest } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'travessia-export-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const files = createExportedFiles(folder);
const secret = 'secret-12345';
const hostile = `<script>alert(1)</script><img src=x onerror=alert(1)> "quoted", a\r\nline \0 ${secret} \u202e![p](http://x.y/p.png) **b** =1+1`;

const data: TestData = {
  conversations: [conversationOf('c1', { title: `=cmd|' /C calc'!A0 <b> ${secret}`, metadata: '{"plan":"gold"}' }), conversationOf('c2', { title: 'second' }), conversationOf('c3', { deletedAt: '2024-02-01T00:00:00Z' })],
  messages: [
    messageOf('m1', 'c1', hostile), messageOf('m2', 'c1', '@SUM(1)', { role: 'assistant', parts: [{ type: 'text', text: '@SUM(1)', format: 'markdown' }, { type: 'tool-call', name: 'find', callId: null, arguments: '{"a":"```"}' }, { type: 'image', mime: 'image/svg+xml', name: 'x.svg', url: null, data: 'data:image/svg+xml;base64,PHN2Zz4=' }, { type: 'image', mime: 'image/png', name: 'p', url: null, data: 'data:image/png;base64,AAAA' }] }),
    ...Array.from({ length: 250 }, (_, index) => messageOf(`n${index}`, 'c2', `line ${index}`, { truncated: index === 7 })), messageOf('d', 'c3', 'gone'),
  ],
  tasks: [{ key: 't1', conversation: 'c1', status: 'open', description: `call ${secret}`, createdAt: null, updatedAt: null, metadata: null, masked: false }],
};

async function run(format: ExportFormat, change: Partial<ExportRequest> = {}, active = true, signal = new AbortController().signal) {
  const guard = memoryGuard({ active, seesDeleted: !active });
  const lens = await openLens(memoryLibraries(memoryReader(data)), guard, 'lib');
  const id = randomUUID();
  const updates: unknown[] = [];
  const request: ExportRequest = { query: lens.narrow(emptyQuery()), line: `find ${secret}`, conversation: null, of: 'conversations', format, language: 'en', at: '2024-06-01T10:20:30.000Z', who: 'ana (cli)', version: '1', ...change };
  const messages = await exportConversations(lens, request, files, { id, signal, update: (each) => void updates.push(each) });
  return { id, messages, updates, text: readFileSync(join(folder, id, 'data'), 'utf8') };
}

/** RFC 4180, read by its grammar. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let [row, at]: [string[], number] = [[], 0];
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      const start = at + 1;
      at = start;
      while (text[at] !== '"' || text[at + 1] === '"') at += text[at] === '"' ? 2 : 1;
      value = text.slice(start, at).replaceAll('""', '"');
      at += 1;
    } else {
      const end = /[,\r]/.exec(text.slice(at));
      value = text.slice(at, at + (end?.index ?? 0));
      at += end?.index ?? text.length;
    }
    row.push(value);
    if (text[at] === ',') at += 1;
    else {
      expect(text.slice(at, at + 2)).toBe('\r\n');
      rows.push(row);
      row = [];
      at += 2;
    }
  }
  return rows;
}

describe.each(exportFormats)('%s', (format) => {
  test('masked as the view is, everything in it, and it says of itself what it is', async () => {
    const { text, messages, id } = await run(format);
    expect(messages).toBe(252);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('\0');
    for (let index = 0; index < 250; index += 1) expect(text.includes(`line ${index}`)).toBe(true);
    expect(text).not.toContain('gone');
    for (const said of ['Support', 'ana', '2024', '252', '⟨token⟩']) expect(text).toContain(said);
    expect(text).toMatch(/masked/i);
    expect(statSync(join(folder, id, 'data')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, id)).mode & 0o777).toBe(0o700);
  });
  test('unmasked for those who see it so; deleted ones too', async () => {
    const { text } = await run(format, {}, false);
    expect(text).toContain(secret);
    expect(text).toContain('gone');
  });
});

test('JSON is JSON, NDJSON a record a line, and both tell their totals first', async () => {
  const whole = JSON.parse((await run('json')).text) as { export: Record<string, unknown>; records: { kind: string; key: string }[] };
  expect(whole.export).toMatchObject({ program: 'Travessia', library: 'Support', query: 'find ⟨token⟩', masked: true, who: 'ana (cli)', at: '2024-06-01T10:20:30.000Z', conversations: 2, messages: 252 });
  expect(whole.records.map(({ kind }) => kind).filter((kind) => kind !== 'message')).toEqual(['conversation', 'task', 'conversation', 'task']);
  const lines = (await run('ndjson')).text.trimEnd().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines[0]).toMatchObject({ kind: 'export', messages: 252 });
  expect(lines.at(-1)).toEqual({ kind: 'end', conversations: 2, messages: 252 });
  expect(lines.slice(1, -1)).toEqual(whole.records);
});

test('CSV follows its standard, and no field is a formula', async () => {
  const rows = readCsv((await run('csv')).text);
  const [head = []] = rows;
  expect(rows.every((row) => row.length === head.length)).toBe(true);
  expect(rows.filter(([record]) => record === 'message')).toHaveLength(252);
  expect(rows.at(-1)?.[0]).toBe('export');
  expect(rows.flat().filter((field) => /^[=+\-@\t\r]/.test(field))).toEqual([]);
  const message = rows.find((row) => row[4] === 'm1') ?? [];
  expect(message[8]).toBe(hostile.replace(secret, '⟨token⟩').replace('\0', '\u2400'));
  expect(rows.find((row) => row[4] === 'm2')?.[8]).toMatch(/^'@SUM\(1\)/);
});

test('the page runs nothing and fetches nothing', async () => {
  const { text } = await run('html', { language: 'pt-BR' });
  expect(text).toContain('<html lang="pt-BR">');
  expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  expect(text).not.toMatch(/<script|onerror=alert\(1\)>|<b>\s|javascript:/);
  expect(text.match(/<img[^>]*>/g)).toEqual(['<img src="data:image/png;base64,AAAA" alt="p">']);
  expect(text).not.toMatch(/(?:src|href)="http/);
});

test('Markdown has the markup of its writer only: no HTML, no picture from elsewhere', async () => {
  const { text } = await run('markdown');
  expect(text).not.toMatch(/(?<!\\)<script/);
  expect(text).not.toContain('![p](');
  expect(text).toContain('````json\n{"a":"```"}\n````');
});

test('hits in the order of the search, one conversation whole, nothing where nothing is found', async () => {
  const hits = JSON.parse((await run('json', { of: 'messages', query: { ...emptyQuery(), terms: [{ kind: 'word', text: 'line', not: false }] } })).text) as { records: { key: string; title: string }[] };
  expect(hits.records).toHaveLength(251);
  expect(hits.records[1]).toMatchObject({ key: 'n0', title: 'second' });
  expect((await run('json', { conversation: 'c1' })).messages).toBe(2);
  expect((await run('csv', { query: null })).messages).toBe(0);
  await expect(run('json', { conversation: 'nope' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('cancelled: nothing is left behind', async () => {
  const controller = new AbortController();
  controller.abort();
  const before = readdirSync(folder);
  await expect(run('json', {}, true, controller.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(readdirSync(folder)).toEqual(before);
});

test('fetched in pieces that make the whole; an unmasked one not by those who must see it masked', async () => {
  const { id, text } = await run('json', {}, false);
  let [got, offset]: [Buffer, number | null] = [Buffer.alloc(0), 0];
  while (offset !== null) {
    const piece: Awaited<ReturnType<typeof files.piece>> = await files.piece(id, offset, true);
    expect(piece.fileName).toBe('Support 2024-06-01 10-20-30.json');
    got = Buffer.concat([got, Buffer.from(piece.data, 'base64')]);
    offset = piece.next;
  }
  expect(got.toString('utf8')).toBe(text);
  await expect(files.piece(id, 0, false)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  for (const name of ['../store', '', 'x', randomUUID()]) await expect(files.piece(name, 0, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await files.piece(id, 1_000_000_000, true)).toMatchObject({ data: '', next: null });
});

test('files go after a day', async () => {
  const { id } = await run('csv', { query: null });
  await files.sweep(Date.now());
  expect(readdirSync(folder)).toContain(id);
  utimesSync(join(folder, id), new Date(0), new Date(0));
  await files.sweep(Date.now());
  expect(readdirSync(folder)).not.toContain(id);
});

test('a million messages pass through a few', async () => {
  // The reader makes its pages as they are asked for; what is held at a time is measured by what is not: the text so far.
  const total = 30_000;
  const text = 'word '.repeat(40);
  const reader = memoryReader({ conversations: [conversationOf('c')], messages: [] });
  Object.assign(reader, {
    async thread(_conversation: string, from: 'start' | { after: string }, limit: number) {
      const start = from === 'start' ? 0 : Number(from.after) + 1;
      const rows = Array.from({ length: Math.min(limit, total - start) }, (_, index) => messageOf(String(start + index), 'c', text));
      return { rows, before: null, after: start + limit < total ? String(start + limit - 1) : null };
    },
  });
  const lens = await openLens(memoryLibraries(reader), memoryGuard({ active: true, seesDeleted: false }), 'lib');
  const id = randomUUID();
  const sizes: number[] = [];
  const messages = await exportConversations(lens, { query: lens.narrow(emptyQuery()), line: '', conversation: 'c', of: 'messages', format: 'ndjson', language: 'en', at: '2024-06-01T10:20:30.000Z', who: '', version: '1' }, files, { id, signal: new AbortController().signal, update: ({ bytes }) => void sizes.push(bytes ?? 0) });
  expect(messages).toBe(total);
  const steps = sizes.slice(1).map((size, index) => size - (sizes[index] ?? 0));
  expect(Math.max(...steps)).toBeLessThan(2_000_000);
});
