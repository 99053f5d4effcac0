import { expect, test } from 'vitest';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { createCoreDouble } from '../test-support/core-double.ts';
import { createDispatcher, maxReplyBytes } from './dispatcher.ts';

const context = { who: 'test' };

test('an unknown call is refused, whatever its name', async () => {
  const { call } = createDispatcher(createCoreDouble());
  for (const name of ['nothing/there', 'constructor', '__proto__', 'toString', '']) {
    expect(await call(name, {}, context)).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT' } });
  }
});

test('an input that does not fit never reaches its handler, and its values are not repeated', async () => {
  let calls = 0;
  const { call } = createDispatcher(createCoreDouble({ 'connections/add': async () => { calls += 1; throw new Error('reached'); } }));
  const reply = await call('connections/add', { name: 5, password: 'hunter2' }, context);
  expect(reply).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT', message: expect.stringMatching(/^The input of connections\/add does not fit: name must be a text; kind is missing; /) } });
  expect(JSON.stringify(reply)).not.toContain('hunter2');
  expect(calls).toBe(0);
});

test('a handler gets the defaults of its schema', async () => {
  const { call } = createDispatcher(createCoreDouble({ 'server/start': async ({ name }) => ({ port: name === 'main' ? 5432 : 0 }) }));
  expect(await call('server/start', {}, context)).toEqual({ ok: true, value: { port: 5432 } });
});

test('errors keep code, message, hint; foreign ones become INTERNAL without their stack', async () => {
  const reported: unknown[] = [];
  const { call } = createDispatcher(
    createCoreDouble({
      'app/sizes': () => Promise.reject(new TravessiaError('DISK_FULL', { message: 'No space', hint: 'Free some', retry: true })),
      'jobs/list': () => Promise.reject(new RangeError('boom')),
    }),
    { onInternalError: (name, error) => reported.push(name, error) },
  );
  expect(await call('app/sizes', {}, context)).toEqual({ ok: false, error: { code: 'DISK_FULL', message: 'No space', hint: 'Free some', retry: true } });
  expect(await call('jobs/list', {}, context)).toEqual({ ok: false, error: { code: 'INTERNAL', message: 'boom' } });
  expect(reported).toEqual(['jobs/list', expect.any(RangeError)]);
});

test('in tests a value the contract does not allow is an error', async () => {
  const broken = createCoreDouble({ 'app/sizes': () => Promise.resolve(JSON.parse('{"freeBytes":"many"}')) });
  expect(await createDispatcher(broken, { checkOutput: true }).call('app/sizes', {}, context)).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  expect(await createDispatcher(broken, { checkOutput: false }).call('app/sizes', {}, context)).toMatchObject({ ok: true });
});

test('a page over 1 MB is refused with the way out; what cannot be paged goes as a whole', async () => {
  const text = 'x'.repeat(maxReplyBytes);
  const page = { columns: [], rows: [[{ class: 'text' as const, text }]], next: null };
  const { call } = createDispatcher(createCoreDouble({ 'plans/sql': async () => ({ sql: text }), 'browse/rows': async () => page }), { checkOutput: false });
  expect(await call('browse/rows', { runId: '1', table: 't' }, context)).toMatchObject({ ok: false, error: { code: 'INVALID_INPUT', hint: expect.stringContaining('page') } });
  expect(await call('plans/sql', { id: '1' }, context)).toEqual({ ok: true, value: { sql: text } });
});
