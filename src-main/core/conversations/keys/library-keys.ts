import { LRUCache } from 'lru-cache';
import type { Field, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { isToldBy, type MaskText } from '../row-mask.ts';
import type { Seal } from './seal.ts';

/** row: of a task or an event. */
export type KeyKind = 'conversation' | 'message' | 'row';

/** Keys of one library, as they are shown and as its source has them. */
export interface LibraryKeys {
  /** As it is shown: sealed where the key holds personal data, else the key itself. What is sealed already stays. */
  seal(key: string, kind: KeyKind): string;
  /** As the source has it; a key that is not sealed stays. */
  open(key: string): string;
  /** A key in clear that nobody may see or ask for under the mask. */
  isPersonal(key: string, kind: KeyKind): boolean;
  /** As the console's own copy has it: that of a message which is a number stays one, since it gives the order of a thread. */
  stored(key: string, kind: KeyKind): string;
  /** Cursors hold keys in clear and where they stand in an order: they are sealed whole. */
  readonly cursor: Pick<Seal, 'seal' | 'open'>;
}

/** Part of an exchange, at the end of its row's key; it stays behind the seal, because the order of the parts is in it. */
const partOf = /^(.*)(#(?:s|\d{1,9}))$/s;
/** Sealed by whatever secret: such a key is nobody's name. */
const sealedShape = /^k~[a-p]{40,}(?:#(?:s|\d{1,9}))?$/;
export const looksSealed = (key: string): boolean => sealedShape.test(key);

/** Short words and numbers, and UUIDs: masking never finds anything in them, and most keys are such. */
const plain = /^(?:\d{1,7}|[A-Za-z_-]{0,15}|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})(?:#(?:s|\d{1,9}))?$/;
const rowNumber = /^\d{1,19}(?:#(?:s|\d{1,9}))?$/;
/** Conversations' keys come again with each of their messages. */
const remembered = 5000;

/** @param mappings - as those of a row mask (row-mask.ts) */
export function createLibraryKeys(seal: Seal, mappings: readonly Mapping[], mask: MaskText): LibraryKeys {
  /** A column named `phone` says of its values what no form of theirs does. */
  const tells = (...fields: readonly (Field | undefined)[]): boolean => fields.some((field) => field !== undefined && isToldBy(field, mask));
  const isTold: Readonly<Record<KeyKind, boolean>> = {
    conversation: mappings.some(({ conversations, messages }) => tells(conversations?.id, messages?.conversation, ...(messages?.conversationWith ?? []))),
    message: mappings.some(({ messages }) => tells(messages?.id)), row: mappings.some(({ tasks, events }) => tells(tasks?.id, events?.id)),
  };
  const conversationKeys = new LRUCache<string, string>({ max: remembered });
  const isPersonal = (key: string, kind: KeyKind): boolean => !looksSealed(key) && (isTold[kind] || (!plain.test(key) && mask(key) !== key));

  function open(key: string): string {
    if (!looksSealed(key)) return key;
    const [, base = key, part = ''] = partOf.exec(key) ?? [];
    const opened = seal.open(base);
    return opened === null ? key : `${opened}${part}`;
  }

  function sealed(key: string, kind: KeyKind): string {
    if (!isPersonal(key, kind)) return key;
    const [, base, part = ''] = kind === 'message' ? (partOf.exec(key) ?? []) : [];
    return base === undefined ? seal.seal(key) : `${seal.seal(base)}${part}`;
  }

  const keys: LibraryKeys = {
    open, isPersonal,
    seal(key, kind) {
      if (kind !== 'conversation') return sealed(key, kind);
      const known = conversationKeys.get(key) ?? sealed(key, kind);
      conversationKeys.set(key, known);
      return known;
    },
    stored: (key, kind) => (kind !== 'conversation' && rowNumber.test(key) && !isTold[kind] ? key : keys.seal(key, kind)),
    cursor: seal,
  };
  return keys;
}
