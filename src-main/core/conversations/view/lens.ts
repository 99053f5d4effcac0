import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Conversation, Message, SearchHit } from '../../../../shared/model/conversation.ts';
import type { LibraryKeys } from '../keys/index.ts';
import { maskConversation, maskHit, maskMessage } from '../mask-rows.ts';
import type { ConversationReader, Guard, Libraries, Masker } from '../ports.ts';
import { createRowMask, type RowMask, type ValueField } from '../row-mask.ts';

/** One library as one caller may see it, for the length of one call. */
export interface Lens {
  readonly library: Library;
  readonly reader: ConversationReader;
  readonly keys: LibraryKeys;
  readonly masker: Masker;
  /** What rows of this library are masked with; where masking is off it changes nothing. */
  readonly mask: RowMask;
  readonly seesDeleted: boolean;
  /**
   * A key that somebody gave, as the library shows it: a link's, or one in clear. One in clear that holds personal data is taken from those only who see such
   * data: to others it is as if there were none, so that typing keys tells nothing.
   * @throws NOT_FOUND
   */
  key(kind: 'message' | 'conversation', key: string): string;
  /** Milliseconds for which a page may be shown again without asking: a server changes under the console, a copy of its own says when it does. */
  readonly freshMs: number;
  conversations(rows: readonly Conversation[]): Promise<Conversation[]>;
  messages(rows: readonly Message[]): Promise<Message[]>;
  hits(rows: readonly SearchHit[]): SearchHit[];
  /** The query as the reader may be asked it; null where nothing may be found. */
  narrow(query: Query): Query | null;
}

export function gone(kind: 'message' | 'conversation', key: string): TravessiaError {
  return new TravessiaError('NOT_FOUND', { message: `There is no ${kind} ${key.slice(0, 80)}.`, hint: 'It may have been deleted since.' });
}

/** A filter on metadata as the metadata would have it: what a key says of its value is part of the mask. */
function asJson({ path, value }: Query['meta'][number]): string {
  return JSON.stringify(path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));
}

/** @throws NOT_FOUND, CACHE_MISSING, CONNECTION_LOST, what opening the library reports */
export async function openLens(libraries: Libraries, guard: Guard, id: string): Promise<Lens> {
  const [library, masker, seesDeleted] = [await libraries.get(id), await guard.masker(), await guard.seesDeleted()];
  const [reader, keys] = [await libraries.reader(id), await libraries.keys(id)];
  const mask = createRowMask(await libraries.mappings(id), (text) => masker.mask(text));
  const isChanged = (text: string): boolean => mask.text(text) !== text;
  const isHidden = (field: ValueField, values: readonly string[]): boolean => values.some((value) => mask.value(field, value) !== value);
  const mayShow = (kind: 'message' | 'conversation', key: string): boolean => !masker.active || masker.isRevealed(id, key, kind);
  const visible = <T extends { readonly deletedAt: string | null }>(rows: readonly T[]): T[] => rows.filter((row) => seesDeleted || row.deletedAt === null);

  const isClosed = (kind: 'message' | 'conversation', key: string | null): boolean => masker.active && key !== null && keys.isPersonal(key, kind);

  return {
    library, reader, keys, masker, mask, seesDeleted,
    key(kind, key) {
      if (isClosed(kind, key)) throw new TravessiaError('NOT_FOUND', { message: 'There is no such conversation or message.', hint: 'Open it from a list or by its link: a key that holds personal data is not taken as it is typed.' });
      return keys.seal(key, kind);
    },
    freshMs: library.way === 'direct' && library.kind !== 'replica' ? 5000 : 600_000,
    async conversations(given) {
      const rows = visible(given);
      const wanted = rows.filter((row) => row.masked && mayShow('conversation', row.key)).map(({ key }) => key);
      const originals = wanted.length === 0 ? undefined : await reader.originals?.([], wanted).catch(() => undefined);
      const found = new Map(originals?.conversations.map((row) => [row.key, row]));
      return rows.map((row) => {
        if (!mayShow('conversation', row.key)) return maskConversation(row, mask);
        const original = found.get(row.key);
        if (original === undefined && row.masked && reader.originals !== undefined) return row;
        // Counts and previews are of the copy; only its texts were masked.
        const whole = original === undefined ? row : { ...row, title: original.title, owner: original.owner, preview: original.preview ?? row.preview, metadata: original.metadata, masked: false };
        return masker.active ? { ...whole, revealed: true } : whole;
      });
    },
    async messages(given) {
      const rows = visible(given);
      const wanted = rows.filter((row) => row.masked && mayShow('message', row.key)).map(({ key }) => key);
      const originals = wanted.length === 0 ? undefined : await reader.originals?.(wanted, []).catch(() => undefined);
      const found = new Map(originals?.messages.map((row) => [row.key, row]));
      return rows.map((row) => {
        if (!mayShow('message', row.key)) return maskMessage(row, mask);
        // Gone from its source, or the source is away: of the copy there is only what is masked.
        if (row.masked && reader.originals !== undefined && !found.has(row.key)) return row;
        const whole = found.get(row.key) ?? row;
        return masker.active ? { ...whole, revealed: true } : whole;
      });
    },
    hits: (given) => visible(given).map((hit) => (masker.active ? {
      ...maskHit(hit, mask, !mayShow('message', hit.message)),
      ...(mayShow('conversation', hit.conversation) ? { title: hit.title, owner: hit.owner } : {}),
    } : hit)),
    narrow(query) {
      if (!seesDeleted && query.has.includes('deleted')) return null;
      if (masker.active) {
        if (isClosed('conversation', query.in) || isClosed('message', query.near)) return null;
        // Equal to a value that is masked: whether it is there, or would be without it, is what must not be told.
        if (isHidden('owner', [...query.users, ...query.notUsers]) || isHidden('role', [...query.roles, ...query.notRoles]) || isHidden('model', [...query.models, ...query.notModels])) return null;
        if (query.meta.map(asJson).some(isChanged)) return null;
        if (query.terms.some(({ text, not }) => isChanged(text) && (not || masker.revealed(id).length === 0))) return null;
      }
      const asked = { ...query, in: query.in === null ? null : keys.seal(query.in, 'conversation'), near: query.near === null ? null : keys.seal(query.near, 'message') };
      return seesDeleted || query.notHas.includes('deleted') ? asked : { ...asked, notHas: [...query.notHas, 'deleted'] };
    },
  };
}
