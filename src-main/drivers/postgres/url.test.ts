import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { discoverConnections } from './discover.ts';
import { resolvePostgres } from './environment.ts';
import { passwordFromFile } from './pgpass.ts';
import { formatDatabase, parseDatabase, redactUrl } from './url.ts';

const postgres = (text: string) => {
  const ref = parseDatabase(text);
  if (ref.kind !== 'postgres') throw new Error(`${text} is ${ref.kind}`);
  return ref;
};
const messageOf = (work: () => unknown): string => {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error);
  }
};

describe('naming a database', () => {
  it.each([
    ['path/to/file.db', { kind: 'sqlite', path: 'path/to/file.db' }],
    ['data.sqlite3', { kind: 'sqlite', path: 'data.sqlite3' }],
    ['C:\\data\\a.db', { kind: 'sqlite', path: 'C:\\data\\a.db' }],
    ['sqlite:a b#?%.db', { kind: 'sqlite', path: 'a b#?%.db' }],
    ['sqlite:///./path.db', { kind: 'sqlite', path: './path.db' }],
    ['sqlite:////abs/path.db', { kind: 'sqlite', path: '/abs/path.db' }],
    ['sqlite+aiosqlite:///data.db?timeout=5', { kind: 'sqlite', path: 'data.db' }],
    ['file:///tmp/a%20b.db?mode=ro', { kind: 'sqlite', path: '/tmp/a b.db' }],
    ['embedded', { kind: 'embedded', name: 'main' }],
    ['embedded:work', { kind: 'embedded', name: 'work' }],
    ['pglite:./dir', { kind: 'pglite', path: './dir' }],
    ['json:export.json', { kind: 'json', path: 'export.json' }],
    ['shop', { kind: 'saved', name: 'shop' }],
    ['postgres://', { kind: 'postgres', hosts: [] }],
    ['postgresql+asyncpg://ana:p%40ss@db:5433/shop', { kind: 'postgres', hosts: [{ host: 'db', port: 5433 }], user: 'ana', password: 'p@ss', database: 'shop' }],
    ['postgresql://ana:p@ss:w0rd@db/shop', { kind: 'postgres', hosts: [{ host: 'db', port: null }], user: 'ana', password: 'p@ss:w0rd', database: 'shop' }],
    ['postgres://a:1,[::1]:2/x', { kind: 'postgres', hosts: [{ host: 'a', port: 1 }, { host: '::1', port: 2 }], database: 'x' }],
    ['postgres://%2Frun%2Fpg/x', { kind: 'postgres', hosts: [{ host: '/run/pg', port: null }], database: 'x' }],
    ['postgres:///x?host=/run/pg&port=5499', { kind: 'postgres', hosts: [{ host: '/run/pg', port: 5499 }], database: 'x' }],
    ['postgres://h/x?sslmode=verify-full&sslrootcert=/a/b.crt&connect_timeout=3&options=-c%20geqo%3Doff&target_session_attrs=read-write&application_name=q',
      { kind: 'postgres', hosts: [{ host: 'h', port: null }], database: 'x', sslMode: 'verify-full', sslRootCert: '/a/b.crt', connectTimeout: 3, options: '-c geqo=off', targetAttributes: 'read-write', applicationName: 'q' }],
    ["host=h port=1 dbname='my \\'db' user=u password=''", { kind: 'postgres', hosts: [{ host: 'h', port: 1 }], database: "my 'db", user: 'u', password: '' }],
  ])('%s', (text, expected) => {
    expect(parseDatabase(text)).toEqual(expected);
  });

  it('prefers a saved name, then an existing file, for a bare word', () => {
    expect(parseDatabase('a.db', { savedNames: ['a.db'] })).toEqual({ kind: 'saved', name: 'a.db' });
    expect(parseDatabase('data', { fileExists: () => true })).toEqual({ kind: 'sqlite', path: 'data' });
  });

  it.each(['', 'mysql://h/x', 'postgres://h:99999/x', 'postgres://h/x?sslmode=maybe', 'postgres://h/x?sslmod=require', 'postgres://h/%zz', 'embedded:../x', 'sqlite:', 'sqlite://x', 'pglite:', 'postgres://user:se/cret@h/x', 'host=h password'])('refuses %j without telling a password', (text) => {
    const message = messageOf(() => parseDatabase(text));
    expect(message).toMatch(/^INVALID_INPUT /);
    expect(message).not.toMatch(/se\/?cret|cret/);
  });

  it('writes a reference back without secrets, and reads it again', () => {
    for (const text of ['postgresql://ana:secret@db:5433/shop?sslmode=require', 'postgres:///my%20db?host=/run/pg', 'postgres://[::1]:5/x', 'postgres://a,b:2/x', "host=h password=secret user='a b'", 'embedded', 'embedded:x', 'pglite:d', 'sqlite:a#b.db']) {
      const ref = parseDatabase(text);
      const shown = formatDatabase(ref);
      expect(shown).not.toContain('secret');
      const { password: _gone, ...rest } = ref.kind === 'postgres' ? ref : { ...ref, password: '' };
      expect(parseDatabase(shown)).toEqual(rest);
    }
  });

  it('takes passwords out of any text', () => {
    expect(redactUrl('cannot open postgresql+psycopg://ana:p@s/s@db:1/x now')).toBe('cannot open postgresql+psycopg://ana@db:1/x now');
    expect(redactUrl("host=h password='a b' dbname=x")).toBe('host=h password=*** dbname=x');
    expect(redactUrl('postgres://h/x?password=secret&a=b')).toBe('postgres://h/x?password=***&a=b');
    expect(redactUrl('sqlite:a.db')).toBe('sqlite:a.db');
  });
});

describe('what is left open', () => {
  it('comes from the service, then PG* variables, then defaults; the URL wins', () => {
    using folder = tempFolder();
    writeFileSync(join(folder.path, '.pg_service.conf'), '# services\n[other]\nhost=nowhere\n[mine]\nhost=from-service\ndbname=service_db\n');
    const around = { env: { PGHOST: 'from-env', PGPORT: '6000', PGUSER: 'env-user', PGPASSWORD: 'env-password', PGSSLMODE: 'require', PGDATABASE: 'env_db' }, home: folder.path, systemUser: 'me' };
    expect(resolvePostgres(postgres('postgres://'), around)).toMatchObject({ endpoints: [{ host: 'from-env', port: 6000, password: 'env-password' }], user: 'env-user', database: 'env_db', sslMode: 'require' });
    expect(resolvePostgres(postgres('postgres://?service=mine'), around)).toMatchObject({ endpoints: [{ host: 'from-service', port: 6000 }], database: 'service_db' });
    expect(resolvePostgres(postgres('postgres://u:p@h:1/d?sslmode=disable'), around)).toMatchObject({ endpoints: [{ host: 'h', port: 1, password: 'p' }], user: 'u', database: 'd', sslMode: 'disable' });
    expect(resolvePostgres(postgres('postgres://h'), { env: {}, home: folder.path, systemUser: 'me' })).toMatchObject({ endpoints: [{ host: 'h', port: 5432, password: null }], user: 'me', database: 'me', sslMode: 'prefer' });
    expect(messageOf(() => resolvePostgres(postgres('postgres://?service=none'), around))).toMatch(/^NOT_FOUND/);
  });

  it.skipIf(process.platform === 'win32')('takes the password from .pgpass by the rules of libpq', () => {
    using folder = tempFolder();
    const file = join(folder.path, '.pgpass');
    writeFileSync(file, ['# comment', 'a\\:b:5432:db:me:pa\\:ss\\\\word', '\\*:5432:*:me:star', 'localhost:*:*:me:local', '*:*:db2:*:any:thing'].join('\n'));
    chmodSync(file, 0o600);
    const look = (host: string, database = 'db', user = 'me', port = 5432) => passwordFromFile(file, { host, port, database, user });
    expect(look('a:b')).toBe('pa:ss\\word');
    expect(look('*')).toBe('star');
    expect(look('other')).toBeNull();
    expect(look('/run/postgresql', 'x')).toBe('local');
    expect(look('other', 'db2', 'you', 1)).toBe('any');
    expect(resolvePostgres(postgres('postgres://me@localhost/z'), { env: {}, home: folder.path, systemUser: 'x' }).endpoints[0]?.password).toBe('local');
    chmodSync(file, 0o644);
    expect(look('a:b')).toBeNull();
  });

  it('is offered from the environment and .env files, without passwords in what is shown', () => {
    using folder = tempFolder();
    mkdirSync(join(folder.path, 'app'));
    writeFileSync(join(folder.path, 'app', '.env'), 'DATABASE_URL="postgresql+asyncpg://ana:secret@db/shop"\nPOSTGRES_HOST=pg\nPOSTGRES_DB=crm\nPOSTGRES_USER=crm\nPOSTGRES_PASSWORD=secret\nOTHER_URL=https://example.org\nLOCAL_DB_URL=sqlite:///./a.db\n');
    const found = discoverConnections({ DATABASE_HOST: 'h', DATABASE_PORT: '5433', DATABASE_NAME: 'n', DATABASE_USER: 'u', DATABASE_PASSWORD: 'secret', DATABASE_URL: 'postgres://x:secret@y/z' }, join(folder.path, 'app'));
    expect(found.map((each) => [each.name, each.location, each.from])).toEqual([
      ['z', 'postgresql://x@y/z', 'DATABASE_URL'],
      ['n', 'postgresql://u@h:5433/n', 'DATABASE_*'],
      ['shop', 'postgresql://ana@db/shop', 'DATABASE_URL (.env)'],
      ['a.db', './a.db', 'LOCAL_DB_URL (.env)'],
      ['crm', 'postgresql://crm@pg/crm', 'POSTGRES_* (.env)'],
    ]);
  });
});
