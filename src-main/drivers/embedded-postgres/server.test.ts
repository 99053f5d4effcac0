import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import type { TempFolder } from '../../test-support/temp-folder.ts';
import { connectPostgres } from '../postgres/index.ts';
import { embeddedServer, embeddedStatus, hasEmbeddedPostgres, scratchServer, stopEmbedded, sweepScratchServers } from './index.ts';
import { isAlive, readPostmaster } from './postmaster.ts';

const api = new URL('./index.ts', import.meta.url).href;

/** A program of its own that takes the server and says its port and the server's process id. */
function program(folder: string, after = ''): { child: ChildProcess; said: Promise<string> } {
  const code = `const { embeddedServer } = await import(${JSON.stringify(api)}); const s = await embeddedServer({ folder: process.argv[1] }); console.log(s.port); ${after}; process.stdin.resume(); process.stdin.on('end', async () => { await s.close(); process.exit(0); });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const said = new Promise<string>((done) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => { text += chunk.toString(); if (text.includes('\n')) done(text.trim()); });
    child.on('close', () => done(text.trim()));
  });
  return { child, said };
}

const ended = (child: ChildProcess): Promise<unknown> => (child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : new Promise((done) => child.on('exit', done)));

async function until(check: () => boolean): Promise<void> {
  while (!check()) await new Promise((next) => setTimeout(next, 20));
}

describe.skipIf(!hasEmbeddedPostgres())('the embedded server', () => {
  let folder: TempFolder;
  beforeAll(() => { folder = tempFolder('embedded'); });
  afterAll(async () => {
    await stopEmbedded({ folder: folder.path });
    folder.remove();
  });
  const status = () => embeddedStatus({ folder: folder.path });
  const data = (): string => join(folder.path, 'main', 'data');

  it('is made, started, stopped with its last user, and started again with its data', async () => {
    expect(status()).toMatchObject({ state: 'absent', available: true });
    const server = await embeddedServer({ folder: folder.path });
    const second = await embeddedServer({ folder: folder.path });
    expect(second.port).toBe(server.port);
    expect(status()).toMatchObject({ state: 'running', users: 2, kept: false });
    if (process.platform !== 'win32') expect(statSync(join(folder.path, 'main', 'password')).mode & 0o777).toBe(0o600);
    await using session = await connectPostgres(server.config());
    expect(await session.one("SELECT current_setting('server_encoding') AS encoding, coalesce(to_jsonb(d) ->> 'datlocale', d.datcollate) AS locale, current_setting('listen_addresses') AS listens, current_setting('password_encryption') AS hashing FROM pg_database d WHERE datname = current_database()"))
      .toEqual({ encoding: 'UTF8', locale: expect.stringMatching(/^C(\.UTF-8)?$/), listens: '127.0.0.1', hashing: 'scram-sha-256' });
    await session.exec('CREATE TABLE kept (v text); INSERT INTO kept VALUES ($$still here$$)');
    await session.close();
    await server.close();
    expect(status().state).toBe('running');
    await second.close();
    await second.close();
    expect(status()).toMatchObject({ state: 'stopped', users: 0 });
    await using again = await embeddedServer({ folder: folder.path });
    await using reader = await connectPostgres(again.config());
    expect(await reader.one('SELECT v FROM kept')).toEqual({ v: 'still here' });
    if (again.socketFolder !== null) {
      const [endpoint] = again.config().endpoints;
      if (endpoint === undefined) throw new Error('no endpoint');
      await using local = await connectPostgres({ ...again.config(), endpoints: [{ ...endpoint, host: again.socketFolder }] });
      expect(await local.one('SELECT v FROM kept')).toEqual({ v: 'still here' });
    }
  });

  it('is one server for programs that start at the same moment', async () => {
    const programs = [program(folder.path), program(folder.path), program(folder.path)];
    const ports = await Promise.all(programs.map((each) => each.said));
    expect(new Set(ports).size).toBe(1);
    expect(status().users).toBe(3);
    for (const { child } of programs) {
      child.stdin?.end();
      await ended(child);
    }
    expect(status()).toMatchObject({ state: 'stopped', users: 0 });
  });

  it('is adopted after kill -9 of the program, and recovered after kill -9 of the server', async () => {
    const { child, said } = program(folder.path);
    const port = await said;
    child.kill('SIGKILL');
    await ended(child);
    expect(status()).toMatchObject({ state: 'running', users: 0 });
    const server = await embeddedServer({ folder: folder.path });
    expect(String(server.port)).toBe(port);
    const first = readPostmaster(data());
    if (first === null) throw new Error('no server');
    process.kill(first.pid, 'SIGKILL');
    await until(() => readPostmaster(data()) === null);
    const second = await embeddedServer({ folder: folder.path });
    await using session = await connectPostgres(second.config());
    expect(await session.one('SELECT v FROM kept')).toEqual({ v: 'still here' });
    await session.close();
    await server.close();
    await second.close();
    expect(status().state).toBe('stopped');
  });

  it.skipIf(process.platform !== 'linux')('starts although a stale file names the process of another program', async () => {
    writeFileSync(join(data(), 'postmaster.pid'), `${process.pid}\n${data()}\n0\n5432\n\n127.0.0.1\n0\nready   \n`);
    writeFileSync(join(folder.path, 'main', 'users', `${process.pid}-0123456789ab`), '1');
    expect(status().state).toBe('stopped');
    const server = await embeddedServer({ folder: folder.path });
    expect(status()).toMatchObject({ state: 'running', users: 1 });
    await server.close();
    expect(status().state).toBe('stopped');
  });

  it('stops although a program ends without giving it back, unless it is kept', async () => {
    const { child } = program(folder.path, 'process.exit(0)');
    await ended(child);
    await until(() => status().state === 'stopped');
    await (await embeddedServer({ folder: folder.path, keep: true })).close();
    expect(status()).toMatchObject({ state: 'running', kept: true, users: 0 });
    await stopEmbedded({ folder: folder.path });
    expect(status()).toMatchObject({ state: 'stopped', kept: false });
  });

  it('takes another port when its own is taken, and refuses data of another major version', async () => {
    const server = await embeddedServer({ folder: folder.path });
    const taken = server.port;
    await server.close();
    const { createServer } = await import('node:net');
    const occupant = createServer();
    await new Promise<void>((done) => occupant.listen(taken, '127.0.0.1', done));
    const other = await embeddedServer({ folder: folder.path });
    expect(other.port).not.toBe(taken);
    await other.close();
    await new Promise((done) => occupant.close(done));
    const version = readFileSync(join(data(), 'PG_VERSION'), 'utf8');
    writeFileSync(join(data(), 'PG_VERSION'), '9\n');
    await expect(embeddedServer({ folder: folder.path })).rejects.toMatchObject({ code: 'EMBEDDED_FAILED' });
    writeFileSync(join(data(), 'PG_VERSION'), version);
    await expect(embeddedServer({ folder: folder.path, name: '../x' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('has scratch servers that leave nothing, even when their program was killed', async () => {
    const parent = join(folder.path, 'scratch');
    mkdirSync(parent);
    const server = await scratchServer({ parent });
    await using session = await connectPostgres(server.config());
    expect(await session.one('SHOW fsync')).toEqual({ fsync: 'off' });
    await session.close();
    await server.close();
    expect(readdirSync(parent).filter((name) => name.startsWith('travessia-scratch'))).toEqual([]);
    const code = `const { scratchServer } = await import(${JSON.stringify(api)}); const s = await scratchServer({ parent: process.argv[1] }); console.log(s.dataFolder); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, parent], { stdio: ['ignore', 'pipe', 'inherit'] });
    const left = await new Promise<string>((done) => child.stdout.once('data', (chunk: Buffer) => done(chunk.toString().trim())));
    child.kill('SIGKILL');
    await ended(child);
    const running = readPostmaster(left);
    expect(running).not.toBeNull();
    await sweepScratchServers(parent);
    expect(existsSync(left)).toBe(false);
    await until(() => !isAlive(running?.pid ?? 0));
  });
});
