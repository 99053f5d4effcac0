/** A console of its own for tests of what is masked: calls as a host makes them, with all that was answered. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createDispatcher } from '../hosts/dispatcher.ts';
import { createCore, type Core } from '../core/composition.ts';
import type { Job } from '../../shared/model/job.ts';

export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined), value);
export const rows = (value: unknown): unknown[] => at(value, 'rows') as unknown[];
/** As a text in SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Shows what stands around what must not be there. */
export function expectNone(text: string, needles: readonly string[]): void {
  for (const needle of needles) expect(text.includes(needle) ? text.slice(Math.max(0, text.indexOf(needle) - 200), text.indexOf(needle) + 60) : '').toBe('');
}

/** @returns the files that were looked at */
export function expectNoFileHolds(home: string, needles: readonly string[]): string[] {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).map((name) => join(home, name)).filter((path) => statSync(path).isFile());
  expect(files.length).toBeGreaterThan(3);
  for (const path of files) {
    const bytes = readFileSync(path);
    for (const needle of needles) for (const encoding of ['utf8', 'utf16le'] as const) expect(bytes.includes(Buffer.from(needle, encoding)), `${path} holds ${needle}`).toBe(false);
  }
  return files;
}

export interface TestConsole {
  /** All answers, as they were sent. */
  readonly said: string[];
  /** The answer as it is sent, an error too. */
  reply(name: string, input: unknown): Promise<unknown>;
  /** The value of a call that succeeds. */
  ask(name: string, input: unknown): Promise<unknown>;
  /** Starts a job and waits for its good end. @returns its id */
  job(name: string, input: unknown): Promise<string>;
  /** A job's end, however it is. */
  settled(jobId: string): Promise<Job>;
  /** Where it was never called, nothing. */
  close(): Promise<void>;
}

/** Opens at the first call. */
export function testConsole(home: string): TestConsole {
  const said: string[] = [];
  let core: Promise<Core> | undefined;
  const opened = (): Promise<Core> => (core ??= createCore({ home }));

  async function reply(name: string, input: unknown): Promise<unknown> {
    const answer = await createDispatcher(await opened()).call(name, input, { who: 'test' });
    said.push(JSON.stringify(answer));
    return answer;
  }
  async function ask(name: string, input: unknown): Promise<unknown> {
    const answer = await reply(name, input);
    if (at(answer, 'ok') !== true) throw new Error(`${name}: ${JSON.stringify(at(answer, 'error'))}`);
    return at(answer, 'value');
  }
  return {
    said, reply, ask,
    async job(name, input) {
      const jobId = String(at(await ask(name, input), 'jobId'));
      expect((await (await opened()).jobs.wait(jobId)).error, name).toBeNull();
      return jobId;
    },
    settled: async (jobId) => (await opened()).jobs.wait(jobId),
    close: async () => (await core)?.close(),
  };
}
