import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Mapping } from '../../../shared/model/conversation-mapping.ts';
import { connectPostgres, quoteIdent } from '../../drivers/postgres/index.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { configOf, freshDatabase, hasPostgres } from '../../test-support/index.ts';
import type { TestDatabase } from '../../test-support/index.ts';
import { roleFacts, roleSql, tablesOf } from './role-sql.ts';

const at = (name: string) => ({ table: { schema: 'chat "x', name }, id: { column: 'id' } });
const mapping: Mapping = { adapter: 'four-table', conversations: at('conversations'), messages: { ...at('messages'), conversation: { column: 'conversation_id' }, contentAs: 'text' } };

describe.skipIf(!hasPostgres())('the role that the SQL makes', () => {
  const role = `support "${randomBytes(4).toString('hex')}`;
  let database: TestDatabase;
  let owner: PgSession;
  let support: PgSession;
  let warnings: readonly string[];
  const asRole = () => {
    const url = new URL(database.url);
    url.username = encodeURIComponent(role);
    url.password = 'dba-set';
    return configOf(url.href);
  };

  beforeAll(async () => {
    database = await freshDatabase();
    owner = await database.connect();
    await owner.exec(`CREATE SCHEMA "chat ""x"; CREATE TABLE "chat ""x".conversations (id int PRIMARY KEY, title text); CREATE TABLE "chat ""x".messages (id serial PRIMARY KEY, conversation_id int, content text);
      CREATE TABLE "chat ""x".secrets (id int, key text); CREATE TABLE customers (id int, name text); CREATE TABLE notices (id int); GRANT SELECT ON notices TO PUBLIC;
      CREATE FUNCTION peek() RETURNS text LANGUAGE sql SECURITY DEFINER AS 'SELECT name FROM public.customers';
      INSERT INTO "chat ""x".conversations VALUES (1, 'one'); INSERT INTO "chat ""x".messages (conversation_id, content) VALUES (1, 'hello'); INSERT INTO customers VALUES (1, 'Ana');
      GRANT CREATE ON SCHEMA public TO PUBLIC`);
    const tables = tablesOf(mapping);
    const made = roleSql(role, tables, await roleFacts(async (sql) => (await owner.query(sql)).rows, tables));
    warnings = made.warnings;
    for (const { sql } of made.statements) await owner.exec(sql);
    await owner.exec(`ALTER ROLE ${quoteIdent(role)} PASSWORD 'dba-set'`);
    support = await connectPostgres(asRole());
  });
  afterAll(async () => {
    await support?.close();
    await owner?.exec(`DROP OWNED BY ${quoteIdent(role)}; DROP ROLE ${quoteIdent(role)}`);
    await owner?.close();
    await database?.close();
  });

  it('reads these tables and no others', async () => {
    expect((await support.query('SELECT content FROM "chat ""x".messages JOIN "chat ""x".conversations c ON c.id = conversation_id')).rows).toEqual([{ content: 'hello' }]);
    for (const table of ['"chat ""x".secrets', 'public.customers', 'pg_catalog.pg_authid']) await expect(support.query(`SELECT * FROM ${table}`), table).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  it('begins read-only, with its timeouts', async () => {
    await using session = await connectPostgres(asRole());
    const settings = await session.one("SELECT (SELECT setting FROM pg_settings WHERE name = 'default_transaction_read_only') AS ro, (SELECT reset_val FROM pg_settings WHERE name = 'statement_timeout') AS st, (SELECT reset_val FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout') AS it");
    expect(settings?.['ro']).toBe('on');
    const stored = (await owner.one(`SELECT array_to_string(setconfig, ',') AS config FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE rolname = $1`, [role]))?.['config'];
    expect(stored).toBe('default_transaction_read_only=on,statement_timeout=30s,idle_in_transaction_session_timeout=60s');
  });

  it('changes and creates nothing, also in a session that it made writable', async () => {
    const attempts = [
      'INSERT INTO "chat ""x".conversations VALUES (2, \'x\')', 'UPDATE "chat ""x".messages SET content = \'x\'', 'DELETE FROM "chat ""x".messages', 'TRUNCATE "chat ""x".messages', 'SELECT * FROM "chat ""x".messages FOR UPDATE', 'LOCK TABLE "chat ""x".messages IN EXCLUSIVE MODE',
      'SELECT nextval(\'"chat ""x".messages_id_seq\')', 'CREATE TABLE public.t (a int)', 'CREATE TABLE "chat ""x".t (a int)', 'CREATE TEMPORARY TABLE t (a int)', 'CREATE SCHEMA s', 'CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS \'SELECT 1\'',
      'SELECT lo_create(0)', 'SELECT lo_creat(-1)', 'SELECT lo_from_bytea(0, \'x\')', 'CREATE EXTENSION hstore', 'CREATE ROLE other', 'CREATE DATABASE other', 'ALTER TABLE "chat ""x".messages OWNER TO CURRENT_USER', 'DROP TABLE "chat ""x".messages',
      'COPY "chat ""x".messages TO PROGRAM \'cat\'', 'COPY "chat ""x".messages TO \'/tmp/x\'', 'SELECT pg_read_file(\'PG_VERSION\')', 'SET ROLE postgres', 'ALTER SYSTEM SET work_mem = \'1MB\'', 'GRANT SELECT ON "chat ""x".messages TO PUBLIC',
      `ALTER ROLE ${quoteIdent(role)} SUPERUSER`, `ALTER ROLE ${quoteIdent(role)} CREATEDB`,
    ];
    for (const begin of ['', 'SET default_transaction_read_only = off', 'SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE']) {
      await using session = await connectPostgres(asRole());
      if (begin !== '') await session.exec(begin);
      for (const sql of attempts) {
        const outcome = await session.exec(sql).then(() => 'done', (error: { code: string }) => error.code);
        // GRANT without a grant option is a warning, not an error.
        if (!sql.startsWith('GRANT')) expect([begin, sql, outcome]).toEqual([begin, sql, expect.stringMatching(/PERMISSION_DENIED|READ_ONLY|STATEMENT_FAILED|NOT_FOUND/)]);
      }
    }
    const left = await owner.one('SELECT (SELECT count(*) FROM "chat ""x".conversations) AS conversations, (SELECT string_agg(content, \',\') FROM "chat ""x".messages) AS messages, (SELECT count(*) FROM pg_class WHERE relowner = $1::regrole) AS owned, (SELECT count(*) FROM pg_largeobject_metadata) AS large, (SELECT last_value FROM "chat ""x".messages_id_seq) AS seq, (SELECT relacl::text FROM pg_class WHERE oid = \'"chat ""x".messages\'::regclass) AS acl', [quoteIdent(role)]);
    expect(left).toMatchObject({ conversations: '1', messages: 'hello', owned: '0', large: '0', seq: '1' });
    expect(left?.['acl']).not.toMatch(/(?:^|[{,])=/);
  });

  it('says what everybody on the server may do besides', () => {
    expect(warnings.join('\n')).toMatch(/public\.notices/);
    expect(warnings.join('\n')).toMatch(/public\.peek/);
    expect(warnings.join('\n')).not.toMatch(/conversations/);
  });
});

it('holds no password, revokes CREATE from PUBLIC, and takes no name that is none', () => {
  const facts = { database: 'd"b', versionNumber: 140_000, publicReads: [], publicDefiners: [], guardedRows: ['chat "x.messages'] };
  const { statements, hash, warnings } = roleSql('ro', tablesOf(mapping), facts);
  const sql = statements.map((each) => each.sql).join(';\n');
  expect(sql).not.toMatch(/PASSWORD/i);
  expect(statements[0]?.why).toContain('\\password ro');
  expect(sql).toContain('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  expect(sql).toContain('GRANT CONNECT ON DATABASE "d""b" TO "ro"');
  expect(sql.match(/GRANT SELECT ON TABLE [^;]*/g)).toEqual(['GRANT SELECT ON TABLE "chat ""x"."conversations" TO "ro"', 'GRANT SELECT ON TABLE "chat ""x"."messages" TO "ro"']);
  expect(hash).toMatch(/^[\da-f]{64}$/);
  expect(warnings[0]).toContain('messages');
  for (const name of ['pg_read', 'public', 'PUBLIC', 'none', 'ç'.repeat(40), 'a\0b']) expect(() => roleSql(name, [], facts), name).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
});
