import type { PlanColumn, Reason } from '../../../shared/model/plan.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { undoSql } from '../../../shared/pure/undo-cast.ts';
import { reason } from './types.ts';

/** Says how the values of a column are brought back exactly, where they change their form. */
export function undoReason({ target, type, cast }: Pick<PlanColumn, 'target' | 'type' | 'cast'>): Reason[] {
  const sql = cast === undefined ? undefined : undoSql(quoteIdent(target), type, cast);
  return sql === undefined || sql === quoteIdent(target) ? [] : [reason('plan.why.undone-by', { sql })];
}

/** A default written as it stands would not be in the form its column's values have. */
export function changesTexts(cast: Cast | undefined, text: string): boolean {
  if (cast === 'nul escaped' || cast === 'bytes escaped') return text.includes('\\');
  return (cast === 'latin-1 decoded' || cast === 'windows-1252 decoded') && /[^\u0000-\u007f]/.test(text);
}
