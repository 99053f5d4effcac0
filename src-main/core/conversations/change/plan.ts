import { createHash } from 'node:crypto';
import type { CallOutput } from '../../../../shared/contract/contract.ts';
import { describe } from '../../../../shared/pure/texts/index.ts';
import { nameOf, type Relation } from './relations.ts';

export interface Statement {
  readonly sql: string;
  readonly why: string;
}

/** A change worked out, not made: what a person sees, and what is needed to make it. */
export interface ChangePlan {
  /** Executed in this order in one transaction, exactly as they stand here. */
  readonly statements: readonly Statement[];
  readonly counts: readonly { readonly table: string; readonly rows: number }[];
  readonly blockers: readonly string[];
  /** Of the rows concerned as they are now: other rows, other text. */
  readonly rows: string;
  /** A title that stands in the statements because it was read from a row, not because somebody typed it. */
  readonly title?: string | null;
  /** True: what blocks is that rows are not any more as the change left them. */
  readonly notReversible?: boolean;
  /** Queries that must each give `0` before the commit; `why` says what is wrong otherwise. */
  readonly checks: readonly Statement[];
}

export function hashOf(plan: ChangePlan): string {
  return createHash('sha256').update(JSON.stringify([plan.statements, plan.counts, plan.rows])).digest('hex');
}

/** @param statements - as they may be seen; the hash is that of those which are executed */
export function shownPlan(plan: ChangePlan, statements: readonly Statement[]): Omit<CallOutput<'conversations/change-plan'>, 'id' | 'masked'> {
  return { statements: statements.map((each) => ({ ...each })), hash: hashOf(plan), blockers: [...plan.blockers], counts: plan.counts.map((each) => ({ ...each })) };
}

/** A sentence of shared/pure/texts/changes.ts. */
export function why(code: string, params: Readonly<Record<string, string>> = {}): string {
  return describe(`change.${code}`, params);
}

/** Names the triggers of the program that a statement fires; empty where there are none. */
export function firing(relation: Relation, on: 'insert' | 'update' | 'delete'): string {
  const names = relation.triggers.filter((trigger) => trigger[on]).map(({ name }) => name);
  return names.length === 0 ? '' : `; ${why('triggers', { table: nameOf(relation), triggers: names.join(', ') })}`;
}
