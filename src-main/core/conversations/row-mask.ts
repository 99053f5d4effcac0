/**
 * What a mask makes of a row's fields: of a text by what stands in it, of a value besides by the name of the column it is mapped from. A column named
 * `phone` says of its bare digits what no form of theirs does; so does a key of JSON (shared/pure/masking).
 */
import type { Field, Mapping } from '../../../shared/model/conversation-mapping.ts';

/** Tells JSON by itself and keeps it JSON (shared/pure/masking). */
export type MaskText = (text: string) => string;

/** Fields of the model that hold one value of one column. */
export type ValueField = 'title' | 'owner' | 'model' | 'role' | 'status' | 'description' | 'type' | 'actor' | 'content' | 'operation';

export interface RowMask {
  readonly text: MaskText;
  value(field: ValueField, value: string): string;
  /** Whether the name of a column says something of this field's values. */
  isTold(field: ValueField): boolean;
}

type Named = Pick<Field, 'column' | 'path'>;

const pairOf = ({ column, path = [] }: Named, value: string): string => JSON.stringify([column, ...path].reduceRight<unknown>((inner, name) => ({ [name]: inner }), value));

/** True where the name of a column, or of a key on the way to its value, says that values are personal. */
export function isToldBy(field: Named, mask: MaskText): boolean {
  const pair = pairOf(field, 'a1');
  return mask(pair) !== pair;
}

function leafOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const [inner] = typeof value === 'object' && value !== null ? Object.values(value) : [];
  return inner === undefined ? null : leafOf(inner);
}

/** A value masked as what its column's name says, and by what stands in it. */
export function maskNamed(field: Named, value: string, mask: MaskText): string {
  const pair = pairOf(field, value);
  const masked = mask(pair);
  if (masked === pair) return value;
  try {
    return leafOf(JSON.parse(masked)) ?? mask(value);
  } catch {
    return mask(value);
  }
}

const fields: Readonly<Record<ValueField, (mapping: Mapping) => readonly (Named | undefined)[]>> = {
  title: ({ conversations }) => [conversations?.title], owner: ({ conversations, messages }) => [conversations?.owner, messages?.owner], model: ({ conversations, messages }) => [conversations?.model, messages?.model],
  role: ({ messages }) => [messages?.role], status: ({ tasks }) => [tasks?.status], description: ({ tasks }) => [tasks?.description],
  type: ({ events }) => [events?.type], actor: ({ events }) => [events?.actor], content: ({ events }) => [events?.content], operation: ({ metrics }) => [metrics?.operation],
};

/** @param mappings - by which the rows are read, and were before (those of a replica: from its library) */
export function createRowMask(mappings: readonly Mapping[], mask: MaskText): RowMask {
  const known = new Map<ValueField, readonly Named[]>();
  const telling = (field: ValueField): readonly Named[] => {
    const before = known.get(field);
    if (before !== undefined) return before;
    const found = mappings.flatMap(fields[field]).filter((each) => each !== undefined).filter((each) => isToldBy(each, mask));
    known.set(field, found);
    return found;
  };
  return {
    text: mask,
    value: (field, value) => mask(telling(field).reduce((text, each) => maskNamed(each, text, mask), value)),
    isTold: (field) => telling(field).length > 0,
  };
}
