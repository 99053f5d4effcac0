import { createHash } from 'node:crypto';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Mapping } from '../../../shared/model/conversation-mapping.ts';
import { identifierBytes, maxIdentifierBytes, quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import type { PgRow } from '../../drivers/postgres/index.ts';

export interface RoleTable {
  readonly schema: string;
  readonly name: string;
}

/** What a server says that the SQL depends on. */
export interface RoleFacts {
  readonly database: string;
  readonly versionNumber: number;
  /** Relations that everybody on the server may read, without those of the system and of the mapping. */
  readonly publicReads: readonly string[];
  /** Functions with their owner's rights that everybody may call. */
  readonly publicDefiners: readonly string[];
  /** Mapped tables whose rows are shown by policy only. */
  readonly guardedRows: readonly string[];
}

type Shown = CallOutput<'profile/role-sql'>;

export function tablesOf(mapping: Mapping): RoleTable[] {
  const tables = [mapping.conversations, mapping.messages, mapping.parts, mapping.tasks, mapping.events, mapping.metrics].flatMap((each) => (each === undefined ? [] : [{ schema: each.table.schema ?? 'public', name: each.table.name }]));
  return tables.filter((table, at) => tables.findIndex((other) => other.schema === table.schema && other.name === table.name) === at);
}

/**
 * The statements that make a role for reading these tables and nothing else. Idempotent but for CREATE ROLE. Sources: PostgreSQL manual, CREATE ROLE,
 * 5.8 Privileges (what PUBLIC has by default), release notes of 15 (CREATE on schema public).
 *
 * @throws INVALID_INPUT for a name that is none for a role
 */
export function roleSql(role: string, tables: readonly RoleTable[], facts: RoleFacts): Shown {
  if (/^pg_|^(?:public|none)$/i.test(role) || role.includes('\0') || identifierBytes(role) > maxIdentifierBytes) {
    throw new TravessiaError('INVALID_INPUT', { message: `"${role.slice(0, 80)}" cannot be the name of a role.`, hint: 'Choose a name that does not begin with pg_, of at most 63 bytes.' });
  }
  const name = quoteIdent(role);
  const database = quoteIdent(facts.database);
  const schemas = [...new Set(tables.map((table) => table.schema))];
  const statements: { sql: string; why: string }[] = [];
  const say = (sql: string, code: string, params: Readonly<Record<string, string>> = {}): void => void statements.push({ sql, why: describe(`role.why.${code}`, params) });
  say(`CREATE ROLE ${name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS`, 'create', { role });
  say(`ALTER ROLE ${name} SET default_transaction_read_only = on`, 'read-only');
  say(`ALTER ROLE ${name} SET statement_timeout = '30s'`, 'statement-timeout');
  say(`ALTER ROLE ${name} SET idle_in_transaction_session_timeout = '60s'`, 'idle-timeout');
  say(`REVOKE ALL ON DATABASE ${database} FROM ${name}`, 'nothing-else');
  for (const schema of schemas) {
    say(`REVOKE ALL ON SCHEMA ${quoteIdent(schema)} FROM ${name}`, 'nothing-else');
    for (const kind of ['TABLES', 'SEQUENCES', 'ROUTINES']) say(`REVOKE ALL ON ALL ${kind} IN SCHEMA ${quoteIdent(schema)} FROM ${name}`, 'nothing-else');
  }
  say(`REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`, 'temporary');
  say('REVOKE CREATE ON SCHEMA public FROM PUBLIC', facts.versionNumber < 150_000 ? 'public-create' : 'public-create-15');
  say('REVOKE EXECUTE ON FUNCTION pg_catalog.lo_creat(integer), pg_catalog.lo_create(oid), pg_catalog.lo_from_bytea(oid, bytea) FROM PUBLIC', 'large-objects');
  say(`GRANT CONNECT ON DATABASE ${database} TO ${name}`, 'connect');
  for (const schema of schemas) say(`GRANT USAGE ON SCHEMA ${quoteIdent(schema)} TO ${name}`, 'usage');
  for (const table of tables) say(`GRANT SELECT ON TABLE ${quoteQualified(table.schema, table.name)} TO ${name}`, 'select');
  const warnings = [
    ...(facts.publicReads.length === 0 ? [] : [describe('role.warning.public-reads', { tables: listed(facts.publicReads) })]),
    ...(facts.publicDefiners.length === 0 ? [] : [describe('role.warning.public-definers', { functions: listed(facts.publicDefiners) })]),
    ...(facts.guardedRows.length === 0 ? [] : [describe('role.warning.policies', { tables: listed(facts.guardedRows) })]),
    describe('role.warning.own-settings'),
  ];
  return { statements, hash: createHash('sha256').update(statements.map((each) => each.sql).join(';\n')).digest('hex'), blockers: [], warnings };
}

function listed(names: readonly string[]): string {
  return names.length > 12 ? `${names.slice(0, 12).join(', ')} … (${names.length})` : names.join(', ');
}

const system = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'";

/** Asks the catalogue; needs no right but to connect. */
export async function roleFacts(ask: (sql: string) => Promise<readonly PgRow[]>, tables: readonly RoleTable[]): Promise<RoleFacts> {
  const mapped = new Set(tables.map((table) => `${table.schema}.${table.name}`));
  const names = async (sql: string): Promise<string[]> => (await ask(sql)).map((row) => row['name'] ?? '');
  const [server] = await ask("SELECT current_database() AS database, current_setting('server_version_num') AS version");
  // Everybody: grantee 0. A table's own list and that of a column of it.
  const reads = await names(`SELECT DISTINCT n.nspname || '.' || c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${system} AND has_schema_privilege('public', n.oid, 'USAGE')
      AND (EXISTS (SELECT FROM aclexplode(c.relacl) g WHERE g.grantee = 0 AND g.privilege_type IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
        OR EXISTS (SELECT FROM pg_attribute a, aclexplode(a.attacl) g WHERE a.attrelid = c.oid AND g.grantee = 0))
    ORDER BY 1`);
  const definers = await names(`SELECT n.nspname || '.' || p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prosecdef AND ${system} AND has_function_privilege('public', p.oid, 'EXECUTE') ORDER BY 1`);
  const guarded = await names(`SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity ORDER BY 1`);
  return {
    database: server?.['database'] ?? '', versionNumber: Number(server?.['version'] ?? 0), publicReads: reads.filter((each) => !mapped.has(each)), publicDefiners: definers,
    guardedRows: guarded.filter((each) => mapped.has(each)),
  };
}
