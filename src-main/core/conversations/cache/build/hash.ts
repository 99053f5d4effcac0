import { hash } from 'node:crypto';

/** 48 bits of a row as it is stored (masked): tells whether it changed. A row that differs looks alike once in 2^48. */
export function rowHash(values: readonly unknown[]): number {
  return Number.parseInt(hash('sha1', JSON.stringify(values), 'hex').slice(0, 12), 16);
}
