import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retry?: boolean;
}

const lost: Meaning = { code: 'CONNECTION_LOST', hint: 'Check the server and the network, then resume: nothing half-done was kept.', retry: true };
const unreachable: Meaning = { code: 'CANNOT_CONNECT', hint: 'Check host, port, firewall, and that the server is running.', retry: true };
const auth: Meaning = { code: 'AUTH_FAILED', hint: 'Check user and password, and the pg_hba.conf of the server.' };
const denied: Meaning = { code: 'PERMISSION_DENIED', hint: 'Ask the owner of the database to grant the right named above, or connect as another role.' };
const disk: Meaning = { code: 'DISK_FULL', hint: 'Free some space on the server, then resume.', retry: true };
const missing: Meaning = { code: 'DATABASE_MISSING', hint: 'Check the name of the database, or create it first.' };
const full: Meaning = { code: 'CANNOT_CONNECT', hint: 'The server has no free connection. Close some, or raise max_connections.', retry: true };
const locked: Meaning = { code: 'LOCK_TIMEOUT', hint: 'Another session holds a lock on the object. Try again when it has finished.', retry: true };

/** SQLSTATE or class → code (PostgreSQL manual, appendix A). Whole states before classes. */
const states: Readonly<Record<string, Meaning>> = {
  '28P01': auth,
  '28000': auth,
  '3D000': missing,
  '42501': denied,
  '25006': { code: 'READ_ONLY', hint: 'This connection or this server is read-only. Use a connection that may write, on the primary server.' },
  '53100': disk,
  '53200': { code: 'STATEMENT_FAILED', hint: 'The server ran out of memory. Lower work_mem or the number of jobs; where it ran out of shared memory, raise max_locks_per_transaction and start it anew.', retry: true },
  '53300': full,
  '54000': { code: 'STATEMENT_FAILED', hint: 'A limit of the server is passed. Where a row is too big: leave columns out in the plan, or divide its table in the source, and migrate again.' },
  '55P03': locked,
  '57014': { code: 'CANCELLED', hint: 'The statement was cancelled, or ran longer than its time limit.', retry: true },
  '57P03': { code: 'CANNOT_CONNECT', hint: 'The server is starting or stopping. Try again in a moment.', retry: true },
  '40P01': { code: 'LOCK_TIMEOUT', hint: 'Two sessions waited for each other. Try again.', retry: true },
};
const classes: Readonly<Record<string, Meaning>> = { '08': lost, '57P': lost, '58': { code: 'STATEMENT_FAILED', hint: 'The server reported an input/output error: see its log.' } };

const sockets: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unreachable, ENOTFOUND: unreachable, EAI_AGAIN: unreachable, ETIMEDOUT: unreachable, EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable, ENOENT: unreachable, EACCES: unreachable, EADDRNOTAVAIL: unreachable, ECONNRESET: lost, EPIPE: lost,
};

/** PgBouncer has one SQLSTATE for all it says itself, 08P01; only its words tell a wrong password from a lost connection. */
const poolers: readonly (readonly [words: RegExp, meaning: Meaning])[] = [
  [/authentication failed|no such user/i, auth],
  [/no such database|database ".*" does not exist/i, missing],
  [/no more connections allowed|query_wait_timeout/i, full],
];

/** True for what OpenSSL and Node's TLS report, and for a server that has no TLS at all. */
export function isTlsProblem(error: unknown): boolean {
  const code = property(error, 'code') ?? '';
  return /^(ERR_SSL|ERR_TLS|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/.test(code)
    || /does not support SSL|establishing an SSL connection|secure TLS connection/i.test(messageOf(error));
}

/** SQLSTATE of a server's error, or null. */
export function sqlState(error: unknown): string | null {
  const code = property(error, 'code');
  return code !== undefined && /^[0-9A-Z]{5}$/.test(code) && property(error, 'severity') !== undefined ? code : null;
}

/**
 * Turns whatever pg, a socket or TLS throws into one of the program's own errors.
 *
 * @param context - what was being done, for the message: `connecting to db.example.org:5432/shop`
 */
export function toTravessiaError(error: unknown, context: string): TravessiaError {
  if (error instanceof TravessiaError) return error;
  const meaning = meaningOf(error);
  const detail = property(error, 'detail');
  const where = property(error, 'where');
  const message = `${context}: ${messageOf(error)}${detail === undefined ? '' : ` (${detail})`}${where === undefined ? '' : ` [${where.split('\n')[0] ?? ''}]`}`;
  return new TravessiaError(meaning.code, {
    message,
    hint: property(error, 'hint') ?? meaning.hint,
    cause: error,
    retry: meaning.retry ?? false,
  });
}

function meaningOf(error: unknown): Meaning {
  const state = sqlState(error);
  if (state !== null) {
    const tls = state === '28000' && /SSL (off|required)|no encryption/i.test(messageOf(error)) && /pg_hba/.test(messageOf(error));
    if (tls) return { code: 'AUTH_FAILED', hint: 'The server accepts this user only with (or only without) TLS: try sslmode=require.' };
    const said = state === '08P01' ? poolers.find(([words]) => words.test(messageOf(error)))?.[1] : undefined;
    return said ?? states[state] ?? classes[state.slice(0, 3)] ?? classes[state.slice(0, 2)] ?? { code: 'STATEMENT_FAILED', hint: `SQLSTATE ${state}` };
  }
  if (isTlsProblem(error)) return { code: 'TLS_FAILED', hint: 'Check sslmode and the certificates. sslmode=require encrypts without checking the certificate.' };
  const socket = sockets[property(error, 'code') ?? ''];
  if (socket !== undefined) return socket;
  const message = messageOf(error);
  if (/client password must be a string|SASL/i.test(message)) return { code: 'AUTH_FAILED', hint: 'The server asks for a password: store one with the connection, set PGPASSWORD, or use ~/.pgpass.' };
  if (/timeout expired/i.test(message)) return { ...unreachable, hint: 'The server did not answer in time. Check host, port and firewall.' };
  if (/terminated|closed|not queryable|ended/i.test(message)) return lost;
  return { code: 'INTERNAL', hint: 'See the log for details.' };
}

function messageOf(error: unknown): string {
  // A name that resolves to several addresses fails with one error per address and no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function property(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined;
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
