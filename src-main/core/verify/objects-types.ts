import type { z } from 'zod';
import type { objectVerificationSchema } from '../../../shared/model/run.ts';

export type ObjectCheck = z.infer<typeof objectVerificationSchema>;

/** Where a table is now. */
export interface Place {
  readonly schema: string;
  readonly table: string;
}

/** One finding about an object: `found` says what is wrong, or undefined. */
export function check(kind: string, name: string, table: string, found: string | undefined): ObjectCheck {
  return { kind, name, table, ok: found === undefined, ...(found === undefined ? {} : { detail: found }) };
}

/** JSON array of texts as PostgreSQL's `to_json(text[])` gives it; null and foreign forms as an empty one. */
export function textList(json: string | null | undefined): string[] {
  const parsed: unknown = JSON.parse(json ?? '[]');
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
