import { expect, test, vi } from 'vitest';
import { contract } from '../../shared/contract/contract.ts';
import { createConsole } from '../stores/console.ts';
import { createDouble } from './double.ts';

const reads = [
  ['app/info', {}], ['connections/list', {}], ['assess/get', { id: 'x' }], ['plans/get', { id: 'x' }], ['plans/versions', { id: 'x' }], ['projects/list', {}], ['runs/list', {}],
  ['runs/get', { id: 'a1b2c3d4e5f60718' }], ['runs/rejects', { id: 'a1b2c3d4e5f60718' }], ['verify/get', { runId: 'differs1' }], ['verify/differences', { id: 'x' }],
  ['browse/rows', { runId: 'x', table: 'y' }], ['jobs/list', {}], ['settings/get', {}], ['audit/list', {}], ['server/status', {}], ['runs/rollback-plan', { id: 'x' }],
  ['profile/get', {}], ['libraries/list', {}], ['libraries/detect', { source: 'x' }], ['libraries/index-plan', { id: 'x' }], ['libraries/index-drop-plan', { id: 'x' }], ['conversations/list', { library: 'x' }], ['conversations/get', { library: 'x', key: 'conv-0001' }],
  ['conversations/messages', { library: 'x', conversation: 'conv-0000', from: { around: 'conv-0000/10000' } }], ['conversations/timeline', { library: 'x', conversation: 'conv-0001' }], ['conversations/search', { library: 'x', query: 'refund' }],
  ['conversations/raw', { library: 'x', key: 'conv-0001/1', kind: 'message' }], ['conversations/stats', { library: 'x' }], ['conversations/kept', { library: 'x' }], ['replicas/list', {}],
] as const;

test.each(reads)('the double answers %s as the contract says', async (name, input) => {
  const double = createDouble();
  const answer: unknown = await double.call(name, input);
  contract[name].output.parse(answer);
});

test('the console asks again when something changed, and says when the host is lost', async () => {
  const double = createDouble();
  const console = createConsole(double);
  await console.refresh();
  expect(console.shell.getState().projects).toHaveLength(4);
  await double.call('projects/create', { name: 'new', sources: ['a.db'], target: 'embedded' });
  await vi.waitFor(() => expect(console.shell.getState().projects).toHaveLength(5));
  double.setLink('lost');
  expect(console.shell.getState().link).toBe('lost');
  double.setLink('connected');
  await vi.waitFor(() => expect(console.shell.getState().link).toBe('connected'));
  console.dispose();
});

test('a refused setting is taken back', async () => {
  const double = createDouble();
  const console = createConsole({ ...double, call: (name, input) => (name === 'settings/set' ? Promise.reject(new Error('no')) : double.call(name, input)) });
  await console.refresh();
  const saving = console.setSettings({ theme: 'dark' });
  expect(console.shell.getState().settings?.theme).toBe('dark');
  await expect(saving).rejects.toThrow('no');
  expect(console.shell.getState().settings?.theme).toBe('light');
});
