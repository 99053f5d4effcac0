import { WebSocket as NodeWebSocket } from 'ws';
import { expect, test } from 'vitest';
import type { LinkState } from '../stores/client.ts';
import { createSocketClient } from './web-socket.ts';
import type { SignedIn, SocketClient } from './web-socket.ts';
import { startTestHost } from '../../src-main/test-support/web-test-host.ts';
import type { TestHost } from '../../src-main/test-support/web-test-host.ts';

interface Page {
  readonly client: SocketClient;
  readonly links: LinkState[];
  readonly sockets: WebSocket[];
  signedIn: SignedIn;
  signedOut: number;
}

/** A page of the web host, as Node can play it: the browser's part (cookie, Origin) is done by hand. */
async function openPage(web: TestHost): Promise<Page> {
  const { cookie, key } = await web.signIn();
  const links: LinkState[] = [];
  const sockets: WebSocket[] = [];
  const state: Pick<Page, 'signedIn' | 'signedOut'> = { signedIn: 'yes', signedOut: 0 };
  const page: Page = Object.assign(state, {
    links, sockets,
    client: createSocketClient({
      connect() {
        const socket = new NodeWebSocket(`ws://127.0.0.1:${web.host.port}/socket`, ['travessia.v1', `key.${key}`], { headers: { cookie, origin: web.origin } }) as unknown as WebSocket;
        sockets.push(socket);
        return socket;
      },
      askSignedIn: async () => state.signedIn,
      onSignedOut() {
        state.signedOut += 1;
      },
      pause: () => 5,
    }),
  });
  page.client.onLink?.((state) => links.push(state));
  return page;
}

test('calls made before the link is up are answered, errors are thrown with their code', async () => {
  await using web = await startTestHost();
  const { client, links } = await openPage(web);
  expect(await client.call('jobs/list', {})).toEqual([]);
  await expect(client.call('app/info', {})).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(links).toEqual(['connecting', 'connected']);
  client.close();
});

test('events arrive, and end with their subscription', async () => {
  await using web = await startTestHost();
  const { client } = await openPage(web);
  const seen: string[] = [];
  const stop = client.onEvent((event) => seen.push(event.type));
  await client.call('settings/set', { theme: 'dark' });
  await expect.poll(() => seen).toEqual(['changed']);
  stop();
  await client.call('settings/set', { theme: 'light' });
  expect(seen).toEqual(['changed']);
  client.close();
});

test('a broken link connects again; what was open fails and says whether it may be asked again', async () => {
  await using web = await startTestHost({}, { 'app/sizes': () => new Promise(() => undefined), 'server/stop': () => new Promise(() => undefined) });
  const { client, links, sockets } = await openPage(web);
  await client.call('jobs/list', {});
  const read = client.call('app/sizes', {});
  const write = client.call('server/stop', {});
  sockets[0]?.close();
  await expect(read).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: true });
  await expect(write).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: false });
  expect(await client.call('jobs/list', {})).toEqual([]);
  expect(links).toEqual(['connecting', 'connected', 'lost', 'connected']);
  client.close();
});

test('a host that is away is waited for, a session that ended leads to the sign-in page', async () => {
  await using web = await startTestHost();
  const page = await openPage(web);
  await page.client.call('jobs/list', {});
  page.signedIn = 'unreachable';
  page.sockets[0]?.close();
  await expect.poll(() => page.links.at(-1)).toBe('lost');
  const waiting = page.client.call('jobs/list', {});
  page.signedIn = 'yes';
  expect(await waiting).toEqual([]);
  page.signedIn = 'no';
  page.sockets.at(-1)?.close();
  await expect.poll(() => page.signedOut).toBe(1);
  page.client.close();
});

test('closing fails what is open', async () => {
  await using web = await startTestHost({}, { 'app/sizes': () => new Promise(() => undefined) });
  const { client } = await openPage(web);
  await client.call('jobs/list', {});
  const open = client.call('app/sizes', {});
  client.close();
  await expect(open).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  await expect(client.call('jobs/list', {})).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
});
