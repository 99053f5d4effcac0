import type { ErrorReply } from '../../../../shared/contract/errors.ts';
import type { PgValue } from '../../../drivers/postgres/index.ts';
import type { Offer, ReplicaFile } from './database.ts';

/** What crosses to a replica's worker and back. */
export type ReplicaWork =
  | { readonly op: 'rows'; readonly sql: string; readonly values: readonly PgValue[] }
  | { readonly op: 'contents' | 'discard' | 'scope' | 'close' }
  | { readonly op: 'changed'; readonly list: readonly { readonly key: string; readonly fingerprint: string }[] }
  | { readonly op: 'offer'; readonly offer: Offer }
  | { readonly op: 'apply'; readonly present: readonly string[] }
  | { readonly op: 'save'; readonly scope: string }
  | { readonly op: 'rekey'; readonly key: Uint8Array };

export interface ReplicaRequest {
  readonly id: number;
  readonly work: ReplicaWork;
}

/** `id` 0: it is open, or could not be. */
export type ReplicaReply = { readonly id: number; readonly ok: true; readonly value: unknown } | { readonly id: number; readonly ok: false; readonly error: ErrorReply };

export type ReplicaWorkerData = ReplicaFile;
