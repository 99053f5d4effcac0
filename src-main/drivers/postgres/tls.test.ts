import { execFileSync } from 'node:child_process';
import { chownSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import type { TempFolder } from '../../test-support/temp-folder.ts';
import { hasEmbeddedPostgres, scratchServer } from '../embedded-postgres/index.ts';
import type { EmbeddedServer } from '../embedded-postgres/index.ts';
import { connectPostgres } from './index.ts';
import type { PostgresConfig, SslMode } from './index.ts';

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasOpenssl() || !hasEmbeddedPostgres())('TLS as libpq means it', () => {
  let folder: TempFolder;
  let server: EmbeddedServer;
  const at = (name: string): string => join(folder.path, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: folder.path, stdio: 'ignore' });

  beforeAll(async () => {
    folder = tempFolder('tls');
    for (const ca of ['ca', 'other']) openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${ca}`, '-keyout', `${ca}.key`, '-out', `${ca}.crt`);
    for (const name of ['server', 'client']) {
      openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', name === 'server' ? '/CN=localhost' : '/CN=travessia', '-keyout', `${name}.key`, '-out', `${name}.csr`);
      writeFileSync(at(`${name}.ext`), 'subjectAltName=DNS:localhost');
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.crt`);
    }
    server = await scratchServer();
    // The files must be the server's own: they go into its data folder.
    const { uid, gid } = statSync(join(server.dataFolder, 'PG_VERSION'));
    for (const [name, from] of [['server.key', 'server.key'], ['server.crt', 'server.crt'], ['root.crt', 'ca.crt']] as const) {
      const path = join(server.dataFolder, name);
      writeFileSync(path, readFileSync(at(from)), { mode: 0o600 });
      if (process.getuid?.() === 0) chownSync(path, uid, gid);
    }
    const hba = join(server.dataFolder, 'pg_hba.conf');
    writeFileSync(hba, `hostssl all certified 127.0.0.1/32 cert map=any\nhostssl all only_tls 127.0.0.1/32 trust\nhost all only_tls all reject\nhostnossl all only_plain 127.0.0.1/32 trust\nhost all only_plain all reject\n${readFileSync(hba, 'utf8')}`);
    writeFileSync(join(server.dataFolder, 'pg_ident.conf'), 'any travessia certified\n');
    await using session = await connectPostgres(server.config());
    await session.exec("ALTER SYSTEM SET ssl = on");
    await session.exec("ALTER SYSTEM SET ssl_ca_file = 'root.crt'");
    await session.exec('CREATE ROLE only_tls LOGIN; CREATE ROLE only_plain LOGIN; CREATE ROLE certified LOGIN; SELECT pg_reload_conf()');
    // A reload is asynchronous: new sessions offer TLS once the postmaster has read it.
    while (!(await tries('require')).startsWith('tls'));
  });
  afterAll(async () => {
    await server.close();
    folder.remove();
  });

  const config = (sslMode: SslMode, change: Partial<PostgresConfig> & { host?: string } = {}): PostgresConfig => {
    const base = server.config();
    return { ...base, sslMode, sslCert: null, sslKey: null, sslRootCert: null, ...change, endpoints: base.endpoints.map((each) => ({ ...each, host: change.host ?? each.host })) };
  };
  const tries = async (sslMode: SslMode, change: Partial<PostgresConfig> & { host?: string } = {}): Promise<string> => {
    try {
      await using session = await connectPostgres(config(sslMode, change));
      return session.server.tls ? 'tls' : 'plain';
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : String(error);
    }
  };

  it.each([
    ['disable', {}, 'plain'], ['allow', {}, 'plain'], ['prefer', {}, 'tls'], ['require', {}, 'tls'],
    ['allow', { user: 'only_tls' }, 'tls'], ['prefer', { user: 'only_plain' }, 'plain'],
    ['disable', { user: 'only_tls' }, 'AUTH_FAILED'], ['require', { user: 'only_plain' }, 'AUTH_FAILED'],
  ] as const)('%s %j: %s', async (mode, change, expected) => expect(await tries(mode, change)).toBe(expected));

  it('checks the authority for verify-ca, the name too for verify-full, and the authority for require where one is given', async () => {
    const ca = { sslRootCert: at('ca.crt') };
    const other = { sslRootCert: at('other.crt') };
    expect(await tries('verify-ca', ca)).toBe('tls');
    expect(await tries('verify-ca', other)).toBe('TLS_FAILED');
    expect(await tries('verify-full', { ...ca, host: 'localhost' })).toBe('tls');
    expect(await tries('verify-full', ca)).toBe('TLS_FAILED');
    expect(await tries('verify-full', { sslRootCert: 'system', host: 'localhost' })).toBe('TLS_FAILED');
    expect(await tries('verify-full', { sslRootCert: at('none.crt') })).toBe('TLS_FAILED');
    expect(await tries('require', ca)).toBe('tls');
    expect(await tries('require', other)).toBe('TLS_FAILED');
    expect(await tries('prefer', other)).toBe('tls');
  });

  it('shows its own certificate where the server asks for one', async () => {
    expect(await tries('require', { user: 'certified' })).toBe('AUTH_FAILED');
    expect(await tries('require', { user: 'certified', sslCert: at('client.crt'), sslKey: at('client.key') })).toBe('tls');
  });

  it('cancels over TLS too', async () => {
    await using session = await connectPostgres(config('require'));
    const abort = new AbortController();
    const running = session.query('SELECT pg_sleep(600)', [], { signal: abort.signal }).then(() => 'done', (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error));
    await using watcher = await connectPostgres(config('require'));
    while ((await watcher.one("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%' AND state = 'active'")) === null);
    abort.abort();
    expect(await running).toBe('CANCELLED');
  });
});
