import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { emptyQuery, hostileTexts, searchCaseMessages, searchCases } from '../search-cases.ts';
import { refreshFile } from './build/refresh.ts';
import { openAnswers, type OpenAnswers } from './reader/answers.ts';
import { asIs, memoryScan, searchCaseSource } from './test-fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'travessia-cache-'));
let open: OpenAnswers;
const ask = () => open.for({ revealed: [], limits: { isCancelled: () => false } });
const query = (change: Partial<Query>): Query => ({ ...emptyQuery, ...change });

beforeAll(async () => {
  const scan = memoryScan(searchCaseSource());
  await refreshFile({ ...asIs, folder, scan });
  open = openAnswers({ folder, masking: 'none', mapping: 'test' }, () => Promise.resolve(scan));
});
afterAll(() => {
  open.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('what every search finds', () => {
  test.each(searchCases)('$name: $line', async ({ query: asked, finds }) => {
    const { rows, next } = await ask().search(query(asked), undefined, 50, false);
    expect(rows.map((row) => row.message).toSorted()).toEqual([...finds].toSorted());
    expect(next).toBeNull();
    expect(await ask().count(query(asked))).toEqual({ count: finds.length, capped: false });
  });
});

describe('what a hit shows', () => {
  const marked = async (asked: Partial<Query>): Promise<string[]> => (await ask().search(query(asked), undefined, 50, false)).rows.flatMap((row) => row.snippet.filter((segment) => segment.hit).map((segment) => segment.text));

  test('a word is marked in any form and with any accent', async () => {
    expect((await marked({ terms: [{ kind: 'word', text: 'acao', not: false }] })).toSorted()).toEqual(['acao', 'ação', 'ações'].toSorted());
  });

  test('a phrase is marked where its words follow each other', async () => {
    expect(await marked({ terms: [{ kind: 'phrase', text: 'quarterly report', not: false }] })).toEqual(['quarterly', 'report', 'quarterly', 'report']);
  });

  test('the beginning of a word is marked as the whole word', async () => {
    expect(await marked({ terms: [{ kind: 'prefix', text: 'restaur', not: false }] })).toEqual(['restauradas']);
  });

  test('the pieces of a short text are the text', async () => {
    const { rows } = await ask().search(query({ terms: [{ kind: 'word', text: 'SKU', not: false }] }), undefined, 1, false);
    expect(rows[0]?.snippet.map((segment) => segment.text).join('')).toBe('ORD-2024-0042 SKU 99817 café');
  });
});

describe('hostile texts', () => {
  test.each(hostileTexts.map((text) => [text.slice(0, 20), text] as const))('%j breaks nothing', async (_, text) => {
    const terms = (['word', 'phrase', 'prefix'] as const).flatMap((kind) => [true, false].map((not) => ({ kind, text, not })));
    for (const term of terms) {
      expect((await ask().search(query({ terms: [term] }), undefined, 10, false)).rows.length).toBeLessThanOrEqual(searchCaseMessages.length);
      await ask().count(query({ terms: [term] }));
      await ask().list(query({ terms: [term] }), undefined, 10);
    }
    const filters = query({ roles: [text], models: [text], users: [text], in: text, near: text, meta: [{ path: [text], value: text, not: false }], after: text, before: text });
    expect((await ask().search(filters, undefined, 10, false)).rows).toEqual([]);
    expect(await ask().names(text.slice(0, 200), 10)).toBeInstanceOf(Array);
    await expect(Promise.resolve().then(() => ask().message(text))).rejects.toThrow(/no such message/);
    await expect(Promise.resolve().then(() => ask().list(emptyQuery, text, 10))).rejects.toThrow(/cannot be gone on/);
  });
});
