import { z } from 'zod';
import { misfitsOf } from './misfits.ts';

/**
 * Error codes of the whole program, each with the exit code of the command line (design: command-line.md, "Exit codes").
 * 2 usage or invalid input; 3 cannot connect or no permission; 4 stopped before the swap, resumable; 5 internal error.
 */
export const errorCodes = {
  // usage and input
  USAGE: 2,
  INVALID_INPUT: 2,
  NOT_FOUND: 2,
  ALREADY_EXISTS: 2,
  FILE_NOT_FOUND: 2,
  FILE_EXISTS: 2,
  NOT_A_DATABASE: 2,
  DATABASE_CORRUPT: 2,
  DATABASE_EMPTY: 2,
  UNSUPPORTED_SOURCE: 2,
  UNSUPPORTED_TARGET: 2,
  PLAN_INVALID: 2,
  PLAN_STALE: 2,
  REPAIR_NOT_POSSIBLE: 2,
  MEND_NOT_POSSIBLE: 2,
  MEND_REFUSED: 2,
  TARGET_EXISTS: 2,
  WRONG_STATE: 2,
  NAME_COLLISION: 2,
  SCHEMA_MISMATCH: 2,
  ROWS_CHANGED: 2,
  QUERY_INVALID: 2,
  MAPPING_INVALID: 2,
  NO_CONVERSATIONS: 2,
  NOT_REVERSIBLE: 2,
  // connecting and rights
  FILE_NOT_READABLE: 3,
  FILE_NOT_WRITABLE: 3,
  DATABASE_BUSY: 3,
  CANNOT_CONNECT: 3,
  AUTH_FAILED: 3,
  PASSWORD_MISSING: 3,
  WRONG_PASSPHRASE: 3,
  SECRETS_UNAVAILABLE: 3,
  DATABASE_MISSING: 3,
  TLS_FAILED: 3,
  SERVER_TOO_OLD: 3,
  PERMISSION_DENIED: 3,
  READ_ONLY: 3,
  EMBEDDED_UNAVAILABLE: 3,
  EMBEDDED_FAILED: 3,
  NOT_AUTHORISED: 3,
  NOT_IN_PROFILE: 3,
  CACHE_MISSING: 3,
  REPLICA_REVOKED: 3,
  OUTCOME_UNKNOWN: 3,
  // stopped before the swap: nothing changed, resumable
  CANCELLED: 4,
  CONNECTION_LOST: 4,
  DISK_FULL: 4,
  TOO_MANY_REJECTS: 4,
  LOCK_TIMEOUT: 4,
  DEPENDENTS_BLOCK_SWAP: 4,
  ROWS_REFUSED: 4,
  RUN_BUSY: 4,
  // unexpected
  STATEMENT_FAILED: 5,
  STORE_DAMAGED: 5,
  INTERNAL: 5,
} as const satisfies Record<string, 1 | 2 | 3 | 4 | 5>;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** What happened, to which object. */
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** True where the same call may succeed later without a change. */
  readonly retry?: boolean;
}

/** The only error the core throws on purpose; converted once, at the host. */
export class TravessiaError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retry: boolean;

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TravessiaError';
    this.code = code;
    this.hint = details.hint;
    this.retry = details.retry ?? false;
  }
}

export interface ErrorReply {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retry?: boolean | undefined;
}

export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorReply };

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(errorCodes, value);
}

/** True where the operating system had no room left for what was written, or the user's share of the disk is used up (errno(3)). */
export function isDiskFull(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

/** Converts anything thrown into the reply that crosses a host's border. Foreign errors become INTERNAL, without their stack; a full disk is told as such. */
export function toErrorReply(error: unknown): ErrorReply {
  if (error instanceof TravessiaError) {
    return { code: error.code, message: error.message, hint: error.hint, retry: error.retry };
  }
  if (error instanceof Error && 'code' in error && isErrorCode(error.code)) {
    const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    const retry = 'retry' in error && typeof error.retry === 'boolean' ? error.retry : undefined;
    return { code: error.code, message: error.message, hint, retry };
  }
  if (isDiskFull(error)) return { code: 'DISK_FULL', message: `The disk is full: ${error.message}.`, hint: 'Free some space and try again.', retry: true };
  if (error instanceof z.ZodError) return { code: 'INTERNAL', message: `What was read does not have the expected form: ${misfitsOf(error)}.` };
  return { code: 'INTERNAL', message: error instanceof Error ? error.message : String(error) };
}

/** The way back: a reply's error as something to throw (renderer, command line, worker boundary). */
export function fromErrorReply(reply: ErrorReply): TravessiaError {
  return new TravessiaError(reply.code, {
    message: reply.message,
    ...(reply.hint === undefined ? {} : { hint: reply.hint }),
    ...(reply.retry === undefined ? {} : { retry: reply.retry }),
  });
}
