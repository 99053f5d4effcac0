/**
 * Everything of a database that a run could change, as sorted lines: what must be equal before and after. Tables and views are
 * named with their oid, so that a table that was dropped and made again is not taken for the one that was there.
 */
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';

const own = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** Columns and rows that a publication is limited to are known from PostgreSQL 15 on. */
const parts = (serverVersion: number): Readonly<Record<string, string>> => ({
  schema: `SELECT concat_ws(' | ', n.nspname, pg_get_userbyid(n.nspowner), n.nspacl, obj_description(n.oid, 'pg_namespace')) FROM pg_namespace n WHERE ${own}`,
  relation: `
    SELECT concat_ws(' | ', n.nspname, c.relname, c.oid, c.relkind, pg_get_userbyid(c.relowner), c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
      c.relreplident, c.reloptions, coalesce((SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(c.relacl) a), '-'), obj_description(c.oid, 'pg_class'))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')`,
  column: `
    SELECT concat_ws(' | ', n.nspname, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
      a.attcollation::regcollation, coalesce((SELECT string_agg(x::text, ',' ORDER BY x::text) FROM unnest(a.attacl) x), '-'), pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE ${own} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')`,
  constraint: `
    SELECT concat_ws(' | ', n.nspname, k.conname, k.conrelid::regclass, k.conrelid::oid, nullif(k.confrelid, 0)::oid, k.convalidated, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint'))
    FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE ${own}`,
  index: `SELECT concat_ws(' | ', n.nspname, i.indrelid::oid, pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisprimary, i.indisreplident, i.indisclustered) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}`,
  trigger: `SELECT concat_ws(' | ', n.nspname, c.oid, pg_get_triggerdef(t.oid), t.tgenabled) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND NOT t.tgisinternal`,
  rule: `SELECT concat_ws(' | ', n.nspname, c.oid, pg_get_ruledef(r.oid)) FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}`,
  policy: `
    SELECT concat_ws(' | ', n.nspname, c.oid, p.polname, p.polcmd, p.polpermissive, (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE pg_get_userbyid(r) END, ',' ORDER BY r) FROM unnest(p.polroles) r),
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid), obj_description(p.oid, 'pg_policy'))
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own}`,
  publication: `
    SELECT concat_ws(' | ', p.pubname, pg_get_userbyid(p.pubowner), p.pubinsert, p.pubupdate, pr.prrelid::oid${serverVersion < 150_000 ? '' : ', pr.prattrs, pg_get_expr(pr.prqual, pr.prrelid)'})
    FROM pg_publication p LEFT JOIN pg_publication_rel pr ON pr.prpubid = p.oid`,
  statistics: `SELECT concat_ws(' | ', n.nspname, pg_get_statisticsobjdef(s.oid), s.stxrelid::oid) FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE ${own}`,
  function: `SELECT concat_ws(' | ', n.nspname, p.oid, pg_get_functiondef(p.oid), p.proacl) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${own} AND p.prokind IN ('f', 'p')`,
  type: `SELECT concat_ws(' | ', n.nspname, t.typname, t.typtype) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE ${own} AND t.typtype IN ('d', 'e', 'r') `,
});

async function contents(session: PgSession): Promise<string[]> {
  const { rows } = await session.query(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.relkind::text AS kind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${own} AND c.relkind IN ('r', 'v', 'S')`,
  );
  const lines: string[] = [];
  for (const { name, kind } of rows) {
    const hash = kind === 'S'
      ? await session.one(`SELECT last_value || ' ' || is_called AS hash FROM ${name}`)
      : await session.one(`SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '-') AS hash FROM ${name} t`);
    lines.push(`rows: ${name} | ${hash?.['hash']}`);
  }
  return lines;
}

/** Must be read by a superuser: row-level security would hide rows from anybody else. */
export async function catalogState(session: PgSession): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, sql] of Object.entries(parts(session.server.versionNumber))) lines.push(...(await session.arrays(sql)).map(([line]) => `${name}: ${line}`));
  return [...lines, ...(await contents(session))].toSorted();
}
