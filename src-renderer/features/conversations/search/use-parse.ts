import { useMemo } from 'react';
import { parseQuery, queryParts } from '../../../../shared/pure/conversation-query/index.ts';
import type { ParseOptions, QueryPart } from '../../../../shared/pure/conversation-query/index.ts';
import type { ParsedQuery } from '../../../../shared/model/conversation-query.ts';

/** Dates of the search line are meant in the zone of the person who reads. */
export const viewerZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

export const parseOptions = (): ParseOptions => ({ now: Date.now(), zone: viewerZone() });

/** A search line understood as the core understands it. */
export function useParse(text: string): ParsedQuery & { readonly parts: readonly QueryPart[] } {
  return useMemo(() => {
    const options = parseOptions();
    return { ...parseQuery(text, options), parts: queryParts(text, options) };
  }, [text]);
}
