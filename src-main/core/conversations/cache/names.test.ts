import { afterAll, beforeAll, expect, test } from 'vitest';
import { tempFolder, type TempFolder } from '../../../test-support/index.ts';
import { refreshFile } from './build/refresh.ts';
import { openAnswers, type OpenAnswers } from './reader/answers.ts';
import { asIs, conversationRow, memoryScan } from './test-fixture.ts';

let folder: TempFolder;
let open: OpenAnswers;
beforeAll(async () => {
  folder = tempFolder('cache');
  const titles = ['Devolução do pedido 42', 'Payment of the invoice', 'Order of a customer', 'Reordering of shelves', 'Configuração do servidor'];
  const conversations = titles.map((title, index) => conversationRow(`c-${index}`, { title, owner: index === 1 ? 'João Silva' : 'bob', updatedAt: `2026-01-0${index + 1}T00:00:00Z` }));
  await refreshFile({ ...asIs, folder: folder.path, scan: memoryScan({ conversations, messages: [] }) });
  open = openAnswers({ folder: folder.path, masking: 'none', mapping: 'test' }, () => Promise.reject(new Error('not needed')));
});
afterAll(() => {
  open.close();
  folder.remove();
});

test.each([
  ['the beginning of a title, without its accents', 'devolucao', ['c-0']],
  ['the beginning of a word inside', 'servid', ['c-4']],
  ['the middle of a word, after what begins so', 'order', ['c-2', 'c-3']],
  ['an owner', 'joao', ['c-1']],
  ['an id', 'c-3', ['c-3']],
  ['a misspelled word', 'paiment of', ['c-1']],
  ['several words', 'pedido 4', ['c-0']],
  ['nothing', 'zebra', []],
  ['no word at all', '  ?! ', []],
])('%s', async (_, text, keys) => {
  const rows = await open.for({ revealed: [], limits: { isCancelled: () => false } }).names(text, 10);
  expect(rows.map((row) => row.key)).toEqual(keys);
});
