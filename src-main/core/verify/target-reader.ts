import { TravessiaError } from '../../../shared/contract/errors.ts';
import { readingSettings, sqlState, type PgSession, type PgValue } from '../../drivers/postgres/index.ts';

/** The target as the verification reads it: inside one read-only transaction, errors told apart. */
export interface TargetReader {
  readonly utf8: boolean;
  arrays(sql: string, values?: readonly PgValue[]): Promise<(string | null)[][]>;
  /** Reads a long answer in pieces, so that memory stays bounded. */
  pieces(sql: string, values?: readonly PgValue[]): AsyncGenerator<(string | null)[][], void, undefined>;
}

const rowsPerFetch = 5000;

/** Whether the server's text is UTF-8, or taken for it, so that it hashes as the source's does. */
export function hashesUtf8({ server }: Pick<PgSession, 'server'>): boolean {
  return server.encoding === 'UTF8' || server.encoding === 'SQL_ASCII';
}

/** `doing` names the table in error messages. */
export function createTargetReader(session: PgSession, doing: string, signal: AbortSignal | undefined): TargetReader {
  let cursors = 0;
  const options = { doing, ...(signal === undefined ? {} : { signal }) };
  const arrays = async (sql: string, values?: readonly PgValue[]): Promise<(string | null)[][]> => {
    try {
      return await session.arrays(sql, values, options);
    } catch (error) {
      throw rowSecurity(error) ?? error;
    }
  };
  return {
    utf8: hashesUtf8(session),
    arrays,
    async *pieces(sql, values) {
      const name = `travessia_verify_${(cursors += 1)}`;
      await arrays(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, values);
      for (;;) {
        const rows = await arrays(`FETCH ${rowsPerFetch} FROM ${name}`);
        if (rows.length > 0) yield rows;
        if (rows.length < rowsPerFetch) break;
      }
      await arrays(`CLOSE ${name}`);
    },
  };
}

/** With row_security off, PostgreSQL refuses instead of hiding rows (manual 5.9); it is said in words that help. */
function rowSecurity(error: unknown): TravessiaError | null {
  const cause = error instanceof Error ? error.cause : undefined;
  if (sqlState(cause) !== '42501' || !(cause instanceof Error) || !/row-level security|row security/i.test(cause.message)) return null;
  return new TravessiaError('PERMISSION_DENIED', {
    message: `Row-level security would hide rows from the verification: ${cause.message}.`,
    hint: 'Verify as the owner of the table (without FORCE ROW LEVEL SECURITY), or as a role with BYPASSRLS.',
    cause: error,
  });
}

/** Settings of the verification's transaction: no hidden rows, no foreign functions, no compilation of long expressions. */
export const transactionSettings = readingSettings.join('; ');
