import { href } from '../../stores/route.ts';

/** What the reader shows, as it stands in the address: any view is a link. */
export interface ReaderAddress {
  readonly library: string;
  /** The search line. */
  readonly query: string;
  readonly conversation: string | null;
  readonly message: string | null;
}

export function addressOf(library: string, query: Readonly<Record<string, string>>): ReaderAddress {
  return { library, query: query['q'] ?? '', conversation: query['c'] ?? null, message: query['m'] ?? null };
}

export function readerHref({ library, query, conversation, message }: ReaderAddress): string {
  return href(['conversations', library], { q: query, c: conversation ?? undefined, m: message ?? undefined });
}
