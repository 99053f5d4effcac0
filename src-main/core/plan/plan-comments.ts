import type { PlanColumn } from '../../../shared/model/plan.ts';
import type { DraftTable } from './types.ts';

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join('\n');

/** What CREATE TABLE says about a table in comments that belong to no column. */
export function tableComment(table: DraftTable): { readonly comment?: string } {
  const comment = joined((table.parsed?.definition.comments ?? []).filter(({ column }) => column === undefined).map(({ text }) => text));
  return comment === '' ? {} : { comment };
}

/** Columns with the comments that stand on their line or just above it. */
export function withComments(table: DraftTable, columns: readonly PlanColumn[]): PlanColumn[] {
  const comments = table.parsed?.definition.comments ?? [];
  return columns.map((column) => {
    const comment = joined(comments.filter((each) => each.column === column.source).map(({ text }) => text));
    return comment === '' ? column : { ...column, comment };
  });
}
