/** The copy of each program's own database: it shows what the scan gives, masked, and nothing of what masking hides is in its bytes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maskText } from '../../../../shared/pure/masking/index.ts';
import type { Message } from '../../../../shared/model/conversation.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { sqliteSource } from '../../sources/index.ts';
import { maskConversation, maskMessage } from '../mask-rows.ts';
import { sampleAdapters, writeSampleSqlite } from '../samples/index.ts';
import { detectIn, openRows, openScan } from '../scan/index.ts';
import { emptyQuery } from '../search-cases.ts';
import { refreshFile } from './build/refresh.ts';
import { currentFile } from './files.ts';
import { openAnswers } from './reader/answers.ts';
import { createRowMask } from '../row-mask.ts';
import { textsOf } from './store-parts.ts';
import { asIs } from './test-fixture.ts';

const mask = (text: string): string => maskText(text).text;

test.each(sampleAdapters('sqlite'))('%s', async (adapter) => {
  using folder = tempFolder('cache');
  const path = join(folder.path, 'source.db');
  writeSampleSqlite(path, adapter, { conversations: 20, seed: 5 });
  const rows = openRows(sqliteSource(path));
  const { detections: [detection] } = await detectIn(rows);
  await rows.close();
  const mapping = detection?.mapping;
  if (mapping === undefined) throw new Error('not recognised');
  const rowMask = createRowMask([mapping], mask);
  const scan = await openScan(sqliteSource(path), mapping);
  const into = join(folder.path, 'copy');
  const result = await refreshFile({ ...asIs, folder: into, scan, mask: rowMask });
  const open = openAnswers({ folder: into, masking: 'none', mapping: 'test' }, () => Promise.resolve(scan));
  const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
  const messages = new Map<string, Message[]>();
  const hidden = new Set<string>();
  let conversations = 0;
  for await (const records of scan.records(asIs.signal)) {
    for (const record of records) {
      if (record.kind === 'conversation') {
        conversations += 1;
        const expected = maskConversation(record.row, rowMask);
        const shown = await ask.conversation(record.row.key);
        expect(shown).toEqual({ ...expected, messages: shown.messages, preview: expected.preview ?? shown.preview });
      } else if (record.kind === 'message') {
        messages.set(record.row.conversation, [...(messages.get(record.row.conversation) ?? []), maskMessage(record.row, rowMask)]);
        for (const word of textsOf(record.row.parts).match(/[\w.+-]+@[\w.-]+\.\w+|\b\d{3}\.\d{3}\.\d{3}-\d\d\b|sk-\w{20,}/g) ?? []) hidden.add(word);
      }
    }
  }
  const total = [...messages.values()].reduce((sum, each) => sum + each.length, 0);
  expect(result).toMatchObject({ conversations, messages: total, doubles: 0 });
  expect(total).toBeGreaterThan(50);
  for (const [conversation, expected] of messages) {
    const { rows: shown } = await ask.thread(conversation, 'start', 5000);
    expect(shown.map((row) => row.at)).toEqual(expected.map((row) => row.at).toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0)));
    const byKey = new Map(shown.map((row) => [row.key, row]));
    for (const message of expected) expect(byKey.get(message.key)).toEqual(message);
    expect((await ask.conversation(conversation)).messages).toBe(expected.length);
  }
  // The seed gives every program some personal data, or the next lines would prove nothing.
  expect(hidden.size).toBeGreaterThan(3);
  const bytes = readFileSync(currentFile(into) ?? '').toString('latin1');
  expect([...hidden].filter((value) => bytes.includes(value))).toEqual([]);
  for (const value of [...hidden].slice(0, 5)) expect((await ask.search({ ...emptyQuery, terms: [{ kind: 'phrase', text: value, not: false }] }, undefined, 5, false)).rows).toEqual([]);
  expect(await refreshFile({ ...asIs, folder: into, scan, mask: rowMask, force: true })).toMatchObject({ outcome: 'changed', written: 0, gone: 0 });
  open.close();
  await scan.close();
});
