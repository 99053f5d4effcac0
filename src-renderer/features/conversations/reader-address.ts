import { href } from '../../stores/route.ts';

/** What the reader shows, as it stands in the address: any view is a link. */
export interface ReaderAddress {
  readonly library: string;
  /** The search line. */
  readonly query: string;
  readonly conversation: string | null;
  readonly message: string | null;
  /** What the side panel shows, `none` where it is closed; null for what suits the window. */
  readonly side: SideTab | 'none' | null;
}

/** What the side panel may show. */
export const sideTabs = ['details', 'timeline', 'raw'] as const;
export type SideTab = (typeof sideTabs)[number];

const sides: readonly (SideTab | 'none')[] = [...sideTabs, 'none'];

export function addressOf(library: string, query: Readonly<Record<string, string>>): ReaderAddress {
  return { library, query: query['q'] ?? '', conversation: query['c'] ?? null, message: query['m'] ?? null, side: sides.find((side) => side === query['s']) ?? null };
}

export function readerHref({ library, query, conversation, message, side }: ReaderAddress): string {
  return href(['conversations', library], { q: query, c: conversation ?? undefined, m: message ?? undefined, s: side ?? undefined });
}
