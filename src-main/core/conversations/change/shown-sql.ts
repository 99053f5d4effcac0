import { quoteLiteral } from '../../../../shared/pure/quote.ts';
import type { Statement } from './plan.ts';

/** Quoted names, which stay, and string constants as `quoteLiteral` writes them. */
const quoted = /"(?:[^"]|"")*"|\bE'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'/gs;

function valueOf(literal: string): string {
  return literal.startsWith('E') ? literal.slice(2, -1).replaceAll("''", "'").replaceAll(/\\(.)/gs, '$1') : literal.slice(1, -1).replaceAll("''", "'");
}

/** The statements for the eyes of somebody who sees masked data: their values are replaced; what is executed stays as it is. */
export function withValues(statements: readonly Statement[], shown: (value: string) => string): Statement[] {
  return statements.map((each) => ({
    ...each,
    sql: each.sql.replaceAll(quoted, (piece) => {
      if (piece.startsWith('"')) return piece;
      const value = valueOf(piece);
      const instead = shown(value);
      return instead === value ? piece : quoteLiteral(instead);
    }),
  }));
}
