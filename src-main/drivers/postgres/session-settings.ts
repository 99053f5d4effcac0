/**
 * Settings that make a value's text the same on every server, whatever postgresql.conf or ALTER ROLE says.
 * bytea as hex and floats in their shortest exact form (manual 19.11). Names are quoted only where they have to be: what the server prints of
 * its types and expressions is read (19.13, quote_all_identifiers), and NULL in an array is one (19.13, array_nulls). `= NULL` stays what it
 * is (19.13.2, transform_null_equals), a function's body is checked (19.11, check_function_bodies), XML need not be a document (19.11, xmloption).
 *
 * Each statement sees what others have committed (13.2.1): whoever waits for a lock and then asks what stands in the table would
 * otherwise be answered from before the wait, and a rollback drop rows that others wrote meanwhile.
 */
export const fixedSettings: ReadonlyArray<readonly [string, string]> = [
  ['DateStyle', 'ISO, MDY'], ['IntervalStyle', 'postgres'], ['TimeZone', 'UTC'], ['extra_float_digits', '1'], ['bytea_output', 'hex'], ['standard_conforming_strings', 'on'], ['quote_all_identifiers', 'off'], ['array_nulls', 'on'],
  ['transform_null_equals', 'off'], ['check_function_bodies', 'on'], ['xmloption', 'content'], ['default_transaction_isolation', 'read committed'], ['default_transaction_deferrable', 'off'],
];

/** What every session of a run sets for itself: given with the connection, ended with it. Never a server's, a role's or a database's setting. */
export const sessionSettings: ReadonlyArray<readonly [string, string]> = [...fixedSettings, ['statement_timeout', '0'], ['idle_in_transaction_session_timeout', '0']];

/** Of the transactions that read the target to compare it: they end with each. */
export const readingSettings: readonly string[] = ['SET LOCAL row_security = off', 'SET LOCAL search_path = pg_catalog', 'SET LOCAL jit = off', 'SET LOCAL statement_timeout = 0'];

/**
 * Of the transactions that fill staging and build on it: their commits do not wait for the disk. A crash of the server can take the last of
 * them, each whole, rows and journal alike, so that a resume does them again (manual 28.4, "Asynchronous Commit"); what says that
 * loading or indexing is over waits for all before it.
 */
export const stagingSettings: readonly string[] = ['SET LOCAL synchronous_commit = off'];
