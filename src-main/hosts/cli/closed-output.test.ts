/** Whoever reads standard output may stop reading (`| head`): the command ends quietly, as other tools do. Real pipes, the whole program. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSampleSqlite } from '../../core/conversations/samples/index.ts';
import { commandLineEntry, tempFolder } from '../../test-support/index.ts';

const temp = tempFolder('closed-output');
const chats = join(temp.path, 'chats.db');
const env = { ...process.env, LC_ALL: 'C', TRAVESSIA_HOME: join(temp.path, 'home'), NODE: process.execPath, CLI: commandLineEntry(), CHATS: chats };

/** A line of bash with `$T` for the program; the codes of all its pipe's commands, what came through and what was said besides. */
function shell(line: string): Promise<{ readonly codes: string; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', `T() { "$NODE" "$CLI" "$@"; }; ${line}; echo "codes \${PIPESTATUS[*]}"`], { env, maxBuffer: 1e8 }, (_error, out, err) => {
      const at = out.lastIndexOf('codes ');
      resolve({ codes: out.slice(at + 6).trim(), out: out.slice(0, at), err });
    });
  });
}

/** More than a pipe holds, so that the program still writes when its reader is gone. */
beforeAll(async () => {
  writeSampleSqlite(chats, 'four-table', { conversations: 1500, messages: 1 });
  const { codes, err } = await shell('T conversations list "$CHATS" --limit 1 > /dev/null');
  if (codes !== '0') throw new Error(err);
}, 120_000);
afterAll(() => temp.remove());

test.each([
  ['conversations list "$CHATS" --all', '| head -n 3', 3], ['conversations list "$CHATS" --all --format json', '| head -n 3', 3], ['conversations search "$CHATS" role:user --all', '| head -n 1', 1],
  ['conversations export "$CHATS" --as ndjson --out -', '| head -n 2', 2], ['--help', '| true', 0], ['conversations list "$CHATS" --limit 1', '| true', 0], ['nothing', '--format json | true', 0],
])('%s %s', async (command, reader, lines) => {
  const { codes, out, err } = await shell(`T ${command} ${reader}`);
  expect(codes).toBe('141 0');
  // What was said before anybody could know may stand there.
  expect(err.replaceAll(/^(?:More: --after |USAGE: There is no command |Commands: ).*\n/gm, '')).toBe('');
  expect(out.split('\n')).toHaveLength(lines + 1);
}, 60_000);

test('replies that nobody reads end a script of calls, though more could come', async () => {
  expect(await shell(`{ for n in $(seq 30); do echo '{"call": "app/info"}'; sleep 1; done; } 2> /dev/null | T call --lines | head -n 1 > /dev/null`)).toMatchObject({ codes: expect.stringMatching(/^\d+ 141 0$/), err: '' });
}, 60_000);

test('notes that nobody reads change nothing', async () => {
  expect(await shell('{ T conversations list "$CHATS" --limit 2 2>&1 >&3 | true; } 3>&1')).toMatchObject({ codes: '0 0', err: '' });
  expect((await shell('T conversations list "$CHATS" --limit 2 2> >(true)')).codes).toBe('0');
}, 60_000);

test.skipIf(!existsSync('/dev/full'))('a full disk is said, and is an error', async () => {
  const { codes, err } = await shell('T conversations list "$CHATS" --limit 2 > /dev/full');
  expect(codes).toBe('3');
  expect(err).toMatch(/^FILE_NOT_WRITABLE: Standard output cannot be written/m);
  expect(err).not.toMatch(/^\s+at /m);
}, 60_000);
