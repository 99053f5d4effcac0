import type { Diagnostic, Query } from '../../model/conversation-query.ts';
import type { OperatorName } from './operators.ts';

export interface ParseOptions {
  /** Milliseconds since 1970: what `today` and `7d` count from. */
  readonly now: number;
  /** IANA name of the zone in which dates are meant; UTC where absent or unknown. */
  readonly zone?: string | undefined;
}

interface Placed {
  readonly from: number;
  readonly to: number;
  readonly not: boolean;
}

/** A term or filter that was understood, and where it stands in the text. */
export type QueryPart = Placed & (
  | { readonly kind: 'word' | 'phrase' | 'prefix'; readonly text: string }
  /** `after` inclusive, `before` exclusive, of the operators before, after and on. */
  | { readonly kind: 'filter'; readonly operator: OperatorName; readonly path: readonly string[]; readonly value: string; readonly after: string | null; readonly before: string | null }
);

export function emptyQuery(): Query {
  return { terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] };
}

export function diagnostic(code: string, from: number, to: number, params: Readonly<Record<string, string>> = {}, suggestion: string | null = null): Diagnostic {
  return { code: `query.${code}`, params, from, to, suggestion };
}

/** A text as it may stand in a diagnostic's sentence. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60).toWellFormed()}…` : text;
}

export function quotedText(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
