import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { jobOf } from '../../test-support/core-double.ts';
import { startTestHost } from '../../test-support/web-test-host.ts';
import { createOutbox } from './outbox.ts';
import { languageOf } from './texts.ts';

const job = (id: string, rows: number): TravessiaEvent => ({ type: 'job', job: jobOf(id, rows) });

test('files carry their type; those named by hash are kept, others checked, the page never kept', async () => {
  await using web = await startTestHost();
  const { cookie } = await web.signIn();
  const script = await web.send('GET', '/assets/index-a1b2c3d4.js', { cookie });
  expect(script.headers).toMatchObject({ 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'private, max-age=31536000, immutable' });
  expect((await web.send('GET', '/assets/index-a1b2c3d4.js', { cookie, 'if-none-match': script.headers.etag ?? '' })).status).toBe(304);
  const head = await web.send('HEAD', '/', { cookie });
  expect([head.status, head.body, head.headers['cache-control']]).toEqual([200, '', 'no-store']);
});

test('the sign-in page speaks the browser\'s language', async () => {
  await using web = await startTestHost();
  expect((await web.send('GET', '/enter', { 'accept-language': 'pt-BR,pt;q=0.9,en;q=0.8' })).body).toContain('<html lang="pt-BR">');
  expect((await web.send('GET', '/enter', { 'accept-language': 'de,en;q=0.5,pt;q=0.4' })).body).toContain('<html lang="en">');
  expect(['pt', 'pt-PT', 'en;q=0, pt', '', 'q=;;,'].map(languageOf)).toEqual(['pt-BR', 'pt-BR', 'pt-BR', 'en', 'en']);
});

test('it ends by itself when nobody is there and nothing runs, not before', async () => {
  let busy = true;
  await using web = await startTestHost({ idleMinutes: 0.0005, isBusy: () => busy });
  const { cookie, key } = await web.signIn();
  const socket = await web.connect({ origin: web.origin, cookie }, ['travessia.v1', `key.${key}`]);
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  let isClosed = false;
  void web.host.closed.then(() => (isClosed = true));
  busy = false;
  socket.send('{"id":1,"name":"jobs/list","input":{}}');
  await new Promise((resolve) => socket.once('message', resolve));
  expect(isClosed).toBe(false);
  socket.close();
  await web.host.closed;
  expect(web.log.at(-1)).toMatch(/ends/);
});

test('closing ends connected pages and the subscription to events', async () => {
  await using web = await startTestHost();
  const { cookie, key } = await web.signIn();
  const socket = await web.connect({ origin: web.origin, cookie }, ['travessia.v1', `key.${key}`]);
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  expect(web.core.listenerCount()).toBe(1);
  const code = new Promise((resolve) => socket.once('close', resolve));
  await web.host.close();
  expect(await code).toBe(1001);
  await expect.poll(() => web.core.listenerCount()).toBe(0);
});

test('a taken port and a renderer that was not built are said with what to do', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startTestHost({ port })).rejects.toMatchObject({ code: 'USAGE', hint: expect.stringContaining('--port') });
  taken.close();
  using empty = tempFolder('empty');
  await expect(startTestHost({ rendererFolder: empty.path })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', hint: expect.stringContaining('build') });
});

test('a slow client gets the newest state of each job and the newest log lines, in bounded memory', () => {
  const sent: { text: string; done: () => void }[] = [];
  const sink = { bufferedAmount: Infinity, send: (text: string, done: () => void) => void sent.push({ text, done }) };
  const outbox = createOutbox(sink);
  for (let rows = 0; rows < 10_000; rows += 1) {
    outbox.post(job('a', rows));
    outbox.post(job('b', rows));
    outbox.post({ type: 'job-log', jobId: 'a', line: { at: '', level: 'info', text: `line ${rows}` } });
  }
  expect(sent).toEqual([]);
  sink.bufferedAmount = 0;
  outbox.post({ type: 'changed', noun: 'runs' });
  const events = sent.map(({ text }) => JSON.parse(text).event);
  expect(events).toHaveLength(203);
  expect(events.filter(({ type }) => type === 'job').map((event) => [event.job.id, event.job.rows])).toEqual([['a', 9999], ['b', 9999]]);
  expect(events.filter(({ type }) => type === 'job-log').at(0).line.text).toBe('line 9800');
  expect(events.at(-1)).toEqual({ type: 'changed', noun: 'runs' });
});

test('what was held back leaves as soon as the client reads again', () => {
  const sent: { text: string; done: () => void }[] = [];
  const sink = {
    bufferedAmount: 0,
    send(text: string, done: () => void) {
      sent.push({ text, done });
      sink.bufferedAmount = Infinity;
    },
  };
  const outbox = createOutbox(sink);
  outbox.post(job('a', 1));
  outbox.post(job('a', 2));
  outbox.post(job('a', 3));
  expect(sent).toHaveLength(1);
  sink.bufferedAmount = 0;
  sent[0]?.done();
  expect(sent.map(({ text }) => JSON.parse(text).event.job.rows)).toEqual([1, 3]);
});
