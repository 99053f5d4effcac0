/** What is asked of a PostgreSQL, wherever it runs: a server, or PGlite inside this program. Every selected column is text. */
export interface PgSource {
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>;
}

/** Schemas of the system and of Travessia's own runs (journal, staging, what is kept aside). */
export const isForeign = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname !~ '^travessia(_|$)'`;
/** What an extension made of the class `c`. */
export const ofExtension = `EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = 'pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e')`;
