import type { ErrorReply } from '../../shared/contract/errors.ts';

/** What crosses to the store's worker and back. */
export interface StoreRequest {
  readonly id: number;
  readonly group: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

export type StoreReply =
  | { readonly kind: 'ready'; readonly path: string; readonly notice: string | null; readonly isNew: boolean; readonly methods: Readonly<Record<string, readonly string[]>> }
  | { readonly kind: 'failed'; readonly error: ErrorReply }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly error: ErrorReply };
