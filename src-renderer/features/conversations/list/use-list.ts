import { useMemo } from 'react';
import type { Conversation, SearchHit } from '../../../../shared/model/conversation.ts';
import type { Diagnostic } from '../../../../shared/model/conversation-query.ts';
import { useConsole, useShell } from '../../../stores/hooks.tsx';
import type { ReaderAddress } from '../reader-address.ts';
import { asksForMessages } from '../query-kind.ts';
import { useParse, viewerZone } from '../search/use-parse.ts';
import { usePagedRows } from '../use-paged-rows.ts';
import type { PagedView } from '../use-paged-rows.ts';

export type ListRow = { readonly kind: 'conversation'; readonly row: Conversation } | { readonly kind: 'hit'; readonly row: SearchHit };

interface Meta {
  readonly order: 'best' | 'newest';
  readonly diagnostics: readonly Diagnostic[];
}

export interface ReaderList extends PagedView<ListRow, Meta> {
  /** Messages a query finds, or conversations. */
  readonly kind: 'hits' | 'conversations';
}

export function keyOf({ kind, row }: ListRow): string {
  return kind === 'hit' ? row.message : row.key;
}

/** The list at the left: of conversations, or of the messages that the search line finds. `reveals` counts what was revealed: hits show it too. */
export function useReaderList({ library, query }: Pick<ReaderAddress, 'library' | 'query'>, reveals: number): ReaderList {
  const { client } = useConsole();
  const version = useShell((state) => (state.versions.libraries ?? 0) + (state.versions.profile ?? 0));
  const parsed = useParse(query);
  const kind = asksForMessages(parsed.query) ? 'hits' : 'conversations';
  const view = usePagedRows<ListRow, Meta>(`${library} ${kind} ${query}`, version + reveals, async (after) => {
    const asked = { library, query, zone: viewerZone(), limit: 100, ...(after === undefined ? {} : { after }) };
    if (kind === 'conversations') {
      const answer = await client.call('conversations/list', asked);
      return { rows: answer.rows.map((row) => ({ kind: 'conversation', row })), next: answer.next, meta: { order: 'newest', diagnostics: answer.diagnostics } };
    }
    const answer = await client.call('conversations/search', asked);
    return { rows: answer.rows.map((row) => ({ kind: 'hit', row })), next: answer.next, meta: { order: answer.order, diagnostics: answer.diagnostics } };
  });
  return { ...view, kind };
}

/** The rows of a list that are held now, with their places. */
export function* heldRows(list: Pick<ReaderList, 'pages'>): Generator<readonly [number, ListRow]> {
  let from = 0;
  for (const page of list.pages) {
    for (const [index, row] of (page.rows ?? []).entries()) yield [from + index, row];
    from += page.count;
  }
}

/** Where the address stands in the list; -1 where it is not among the rows held. */
export function placeIn(list: ReaderList, address: Pick<ReaderAddress, 'conversation' | 'message'>): number {
  const key = list.kind === 'hits' ? address.message : address.conversation;
  if (key === null) return -1;
  for (const [index, row] of heldRows(list)) if (keyOf(row) === key) return index;
  return -1;
}

/** Words that the search found in the hits held, as they stand in the texts. */
export function useFoundWords(list: ReaderList): readonly string[] {
  const { pages, kind } = list;
  return useMemo(() => {
    if (kind !== 'hits') return [];
    const words = new Set<string>();
    for (const [, each] of heldRows({ pages })) {
      if (each.kind === 'hit') for (const piece of each.row.snippet) if (piece.hit) words.add(piece.text);
      if (words.size > 60) break;
    }
    return [...words];
  }, [pages, kind]);
}

/** Models and users of the rows held, offered for filters; what is masked names nobody. */
export function useSeen({ pages }: Pick<ReaderList, 'pages'>): { readonly models: readonly string[]; readonly users: readonly string[] } {
  return useMemo(() => {
    const [models, users] = [new Set<string>(), new Set<string>()];
    for (const [, { row }] of heldRows({ pages })) {
      if (row.model !== null && models.size < 12) models.add(row.model);
      if (row.owner !== null && !row.owner.includes('⟨') && users.size < 12) users.add(row.owner);
    }
    return { models: [...models], users: [...users] };
  }, [pages]);
}
