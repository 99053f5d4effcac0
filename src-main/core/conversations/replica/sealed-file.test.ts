import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { createFileSecrets } from '../../../platform/secrets.file.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { createReplicaKeys } from './replica-keys.ts';
import { readSealed, writeSealed } from './sealed-file.ts';

const key = randomBytes(32);
const content = { scope: '{"keys":["ção"]}', data: new Uint8Array(randomBytes(2_500_000)) };

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'opened';
  } catch (error) {
    return error instanceof TravessiaError ? error.code : String(error);
  }
}

test('what was sealed comes back, each writing differs, and no other file is left', () => {
  using folder = tempFolder('sealed');
  const path = join(folder.path, 'in', 'a.replica');
  expect(writeSealed(path, key, 'a', content)).toBe(readFileSync(path).length);
  const first = readFileSync(path);
  const back = readSealed(path, key, 'a');
  // Not by the test's own comparison: it looks at each byte by itself.
  expect([back.scope, Buffer.compare(back.data, content.data)]).toEqual([content.scope, 0]);
  writeSealed(path, key, 'a', content);
  expect(readFileSync(path).subarray(0, 200).equals(first.subarray(0, 200))).toBe(false);
  expect(readdirSync(join(folder.path, 'in'))).toEqual(['a.replica']);
});

test('another key, another name, a damaged, cut, lengthened or reordered file is refused whole', () => {
  using folder = tempFolder('sealed');
  const path = join(folder.path, 'a.replica');
  writeSealed(path, key, 'a', content);
  const good = readFileSync(path);
  const codeWith = (bytes: Uint8Array, id = 'a', secret = key): string => {
    writeFileSync(path, bytes);
    return codeOf(() => readSealed(path, secret, id));
  };
  expect(codeWith(good)).toBe('opened');
  expect(codeWith(good, 'b')).toBe('WRONG_PASSPHRASE');
  expect(codeWith(good, 'a', Buffer.alloc(32))).toBe('WRONG_PASSPHRASE');
  for (const at of [0, 7, 56, 60, 61, 1_100_000, good.length - 17, good.length - 1]) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    expect(codeWith(bad), `byte ${at}`).toBe('DATABASE_CORRUPT');
  }
  const chunks: Buffer[] = [];
  for (let at = 56; at < good.length;) {
    const end = at + 4 + good.readUInt32BE(at);
    chunks.push(good.subarray(at, end));
    at = end;
  }
  const head = good.subarray(0, 56);
  expect(chunks.length).toBe(3);
  expect(codeWith(Buffer.concat([head, ...chunks.slice(0, 2)])), 'cut behind a chunk').toBe('DATABASE_CORRUPT');
  expect(codeWith(head), 'no chunk').toBe('DATABASE_CORRUPT');
  expect(codeWith(good.subarray(0, 20)), 'no head').toBe('DATABASE_CORRUPT');
  expect(codeWith(good.subarray(0, good.length - 1)), 'cut').toBe('DATABASE_CORRUPT');
  expect(codeWith(Buffer.concat([head, ...chunks.toReversed()])), 'reordered').toBe('DATABASE_CORRUPT');
  expect(codeWith(Buffer.concat([good, chunks[0] ?? head])), 'lengthened').toBe('DATABASE_CORRUPT');
  expect(codeOf(() => readSealed(join(folder.path, 'none'), key, 'a'))).toBe('FILE_NOT_FOUND');
});

test('a writer that was killed left the former file; its rest is written over', () => {
  using folder = tempFolder('sealed');
  const path = join(folder.path, 'a.replica');
  writeSealed(path, key, 'a', content);
  writeFileSync(`${path}.partial`, readFileSync(path).subarray(0, 1000));
  expect(readSealed(path, key, 'a').scope).toBe(content.scope);
  writeSealed(path, key, 'a', { ...content, scope: 'new' });
  expect(readSealed(path, key, 'a').scope).toBe('new');
  expect(readdirSync(folder.path)).toEqual(['a.replica']);
});

test('kill -9 at any moment leaves the former file or the new one, whole', async () => {
  using folder = tempFolder('sealed');
  const path = join(folder.path, 'a.replica');
  writeSealed(path, key, 'a', content);
  const module = JSON.stringify(new URL('./sealed-file.ts', import.meta.url).href);
  const code = `const { writeSealed } = await import(${module}); const [path, key] = process.argv.slice(1); const data = new Uint8Array(2_000_000).fill(7); for (let n = 0; ; n += 1) { writeSealed(path, Buffer.from(key, 'hex'), 'a', { scope: String(n), data }); if (n === 0) process.stdout.write('x'); }`;
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, path, key.toString('hex')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    // Anywhere within a writing; which one is left to chance.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    child.kill('SIGKILL');
    await ended;
    expect(Number(readSealed(path, key, 'a').scope)).toBeGreaterThanOrEqual(0);
  }
});

test('kill -9 while the key is changed: one of the two opens the file, and the change can be ended', async () => {
  using folder = tempFolder('sealed');
  const path = join(folder.path, 'a.replica');
  const secrets = createFileSecrets(folder.path, {});
  const keys = createReplicaKeys(secrets, () => path);
  await keys.create('a');
  writeSealed(path, (await keys.get('a')) ?? key, 'a', content);
  const modules = ['./sealed-file.ts', './replica-keys.ts', '../../../platform/secrets.file.ts'].map((each) => JSON.stringify(new URL(each, import.meta.url).href));
  const code = `const [{ writeSealed }, { createReplicaKeys }, { createFileSecrets }] = await Promise.all([${modules.map((each) => `import(${each})`).join(', ')}]); const [folder, path] = process.argv.slice(1);
    const keys = createReplicaKeys(createFileSecrets(folder, {}), () => path); const data = new Uint8Array(2_000_000).fill(7);
    for (let n = 0; ; n += 1) { await keys.change('a', async (key) => writeSealed(path, key, 'a', { scope: String(n), data })); if (n === 0) process.stdout.write('x'); }`;
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder.path, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    // Anywhere within a change; which place is left to chance.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
    child.kill('SIGKILL');
    await ended;
    const open = async (): Promise<string> => readSealed(path, (await keys.get('a')) ?? key, 'a').scope;
    const scope = await open();
    await keys.settle('a');
    expect(await open()).toBe(scope);
    expect(await secrets.get('replica:a:next')).toBeNull();
  }
});
