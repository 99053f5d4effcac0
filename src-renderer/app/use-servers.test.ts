import { expect, test } from 'vitest';
import { serverName } from './use-servers.ts';

test('an embedded server is known by the reference of its target', () => {
  expect(['embedded', 'embedded:sample-1a2b', 'postgres://a@b/c', 'Warehouse', '/data/embedded.sqlite'].map(serverName)).toEqual(['main', 'sample-1a2b', null, null, null]);
});
