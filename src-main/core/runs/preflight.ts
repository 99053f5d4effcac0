import type { Plan, PlanTrigger } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { adopts, assertAdoptable } from '../adopt/index.ts';
import { schemasOf } from '../plan/plan-sql.ts';
import { viewsLeftAlone } from './appended-views.ts';
import { assertLockRoom } from './lock-room.ts';
import { assertTypesFree } from './native-objects.ts';
import { assertAppendable, assertChecksTakeRows } from './preflight-checks.ts';
import { assertTypesKnown, type HoldsInfinity } from './preflight-types.ts';
import { assertFree, existingRelations } from './swap.ts';
import { functionsToKeep } from './swap-triggers.ts';
import { inTransaction, type SqlSession } from './sql.ts';

/** Oldest server with everything the run uses (xid functions, trim_scale): PostgreSQL 13; tested from 14. */
const oldestVersion = 130000;

interface ServerFacts {
  readonly version: number;
  readonly encoding: string;
  readonly readOnly: boolean;
  readonly mayCreate: boolean;
  readonly database: string;
}

async function facts(session: SqlSession): Promise<ServerFacts> {
  const { rows } = await session.query(
    `SELECT current_setting('server_version_num') AS version, pg_encoding_to_char(encoding) AS encoding, datname AS database,
            (pg_is_in_recovery() OR current_setting('default_transaction_read_only') = 'on')::text AS readonly,
            has_database_privilege(current_database(), 'CREATE')::text AS may
     FROM pg_database WHERE datname = current_database()`,
  );
  const row = rows[0] ?? {};
  return { version: Number(row['version']), encoding: row['encoding'] ?? '', readOnly: row['readonly'] === 'true', mayCreate: row['may'] === 'true', database: row['database'] ?? '' };
}

/**
 * A commit that waits for a synchronous standby ends when one has answered; where none is connected, never (manual 26.2.8). Other roles' standbys are
 * seen by their number alone.
 * @throws TravessiaError CANNOT_CONNECT
 */
export async function assertCommits(session: SqlSession): Promise<void> {
  const { rows: [row] } = await session.query(
    `SELECT current_database() AS database, current_setting('synchronous_standby_names') AS names FROM pg_stat_replication AS r RIGHT JOIN (SELECT 1) AS one ON true
     WHERE current_setting('synchronous_standby_names') <> '' AND current_setting('synchronous_commit') NOT IN ('off', 'local') GROUP BY 1 HAVING count(r.pid) = 0`,
  );
  if (row === undefined) return;
  throw new TravessiaError('CANNOT_CONNECT', {
    message: `Database ${row['database'] ?? ''} waits at every commit for a standby that is not connected (synchronous_standby_names = ${row['names'] ?? ''}).`,
    hint: 'Connect the standby, or let the role not wait for it: ALTER ROLE the role SET synchronous_commit = local; then try again. Nothing has been changed.', retry: true,
  });
}

/** Everything that can be known to fail is said before the first byte is written. */
export async function preflight(session: SqlSession, plan: Plan, rehearsal: boolean, holdsInfinity: HoldsInfinity): Promise<void> {
  if (!plan.tables.some((table) => table.include)) {
    throw new TravessiaError('PLAN_INVALID', { message: 'The plan includes no table: there is nothing to load.', hint: 'Include at least one table, then migrate.' });
  }
  const server = await facts(session);
  if (server.version < oldestVersion) {
    throw new TravessiaError('SERVER_TOO_OLD', { message: `The server is PostgreSQL ${Math.floor(server.version / 10000)}; at least 13 is needed.`, hint: 'Upgrade the server, or choose another target.' });
  }
  // A rehearsal's scratch server is newer than most targets.
  if ((plan.targetVersion ?? 0) > Math.floor(server.version / 10000)) {
    throw new TravessiaError('PLAN_STALE', { message: `The plan was made for PostgreSQL ${plan.targetVersion}; the server is PostgreSQL ${Math.floor(server.version / 10000)} and lacks what it uses.`, hint: 'Make the plan anew for this target: what the server cannot say is then listed.' });
  }
  if (server.readOnly) {
    throw new TravessiaError('READ_ONLY', { message: `Database ${server.database} is read-only (a standby, or default_transaction_read_only is on).`, hint: 'Connect to the primary, or with a role that may write.' });
  }
  if (!server.mayCreate) {
    throw new TravessiaError('PERMISSION_DENIED', { message: `The role may not create schemas in database ${server.database}, which staging needs.`, hint: `Let its owner run: GRANT CREATE ON DATABASE ${quoteIdent(server.database)} TO the role.` });
  }
  if (server.encoding !== 'UTF8') {
    throw new TravessiaError('UNSUPPORTED_TARGET', { message: `Database ${server.database} has the encoding ${server.encoding}; only UTF8 holds every text of SQLite.`, hint: 'Create a database with ENCODING UTF8 and use it as the target.' });
  }
  await assertTypesKnown(session, plan, server.version, holdsInfinity, rehearsal);
  for (const schema of schemasOf(plan)) {
    const { rows } = await session.query('SELECT has_schema_privilege(oid, \'CREATE\')::text AS may FROM pg_namespace WHERE nspname = $1', [schema]);
    if (rows[0]?.['may'] === 'false') {
      throw new TravessiaError('PERMISSION_DENIED', { message: `The role may not create tables in schema ${quoteIdent(schema)}.`, hint: `Let its owner run: GRANT CREATE ON SCHEMA ${quoteIdent(schema)} TO the role; or choose another schema with --schema.` });
    }
  }
  // A scratch server has none of the program's own tables.
  if (rehearsal) return await assertLockRoom(session, plan, 0);
  await inTransaction(session, async () => {
    await session.query('SET LOCAL search_path = pg_catalog');
    await assertAdoptable(session, plan);
  }, 'BEGIN READ ONLY');
  await assertChecksTakeRows(session, plan);
  await assertAppendable(session, plan);
  const left = await viewsLeftAlone(session, plan);
  const existing = await existingRelations(session, plan, new Set(plan.views.filter((view) => !left.includes(view)).map((view) => view.target.view)));
  assertFree(existing, plan);
  await assertTypesFree(session, plan);
  const tables = existing.filter((relation) => relation.kind === 'table');
  await assertLockRoom(session, plan, plan.options.ifExists === 'replace' ? tables.length : 0);
  const isLeft = ({ schema, table }: PlanTrigger['target']): boolean => left.some(({ target }) => target.schema === schema && target.view === table);
  const triggers = (plan.triggers ?? []).filter(({ target }) => !isLeft(target)).filter(({ target }) => (plan.options.ifExists !== 'append' && !adopts(plan)) || !tables.some((table) => table.schema === target.schema && table.name === target.table));
  await functionsToKeep(session, plan, triggers, new Set(existing.filter(({ kind }) => kind === 'table' || kind === 'view').map(({ oid }) => oid)));
}
