/**
 * facets: what else than its words a message is found by, as words of their own in the index, so that one lookup answers a whole query.
 * Letters and digits only: x every row; rN role and mN model (`word.id`); cN conversation; u… user; k… a metadata value of the message or its
 * conversation, o… the message's own; h… what it has.
 */
import { hash } from 'node:crypto';
import type { Message } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';

export const everyRow = 'x';
export const roleFacet = (word: number): string => `r${word}`;
export const modelFacet = (word: number): string => `m${word}`;
export const conversationFacet = (id: number): string => `c${id}`;
export const hasFacet = (value: Query['has'][number]): string => `h${value}`;

/** Eighty bits: nobody can make two values that look alike. */
const digest = (text: string): string => hash('sha256', text, 'hex').slice(0, 20);

export const userFacet = (owner: string): string => `u${digest(owner.trim().toLowerCase())}`;

const metaDigest = (path: readonly string[], value: string): string => digest(JSON.stringify([...path, value]));
export const metaFacet = (path: readonly string[], value: string): string => `k${metaDigest(path, value)}`;
export const ownMetaFacet = (path: readonly string[], value: string): string => `o${metaDigest(path, value)}`;

function* leaves(value: unknown, path: readonly string[]): Generator<readonly [readonly string[], string]> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'number' || typeof value === 'boolean') yield [path, String(value)];
  else if (typeof value === 'object' && value !== null && path.length < 20) {
    for (const [name, entry] of Object.entries(value)) yield* leaves(entry, [...path, name]);
  }
}

/** A row of metadata with more values than this is no metadata any more; the rest is not found by value. */
const maxLeaves = 2000;

/** Whole numbers that JavaScript would round stay as they are written. */
function parseExactly(json: string): unknown {
  if (!/\d{16}/.test(json)) return JSON.parse(json);
  return JSON.parse(json.replaceAll(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (literal) => (literal.startsWith('"') ? literal : `"${literal}"`)));
}

function metaValues(metadata: string | null): (readonly [readonly string[], string])[] {
  if (metadata === null || metadata === '') return [];
  const found: (readonly [readonly string[], string])[] = [];
  try {
    for (const leaf of leaves(parseExactly(metadata), [])) {
      found.push(leaf);
      if (found.length === maxLeaves) break;
    }
  } catch {
    // No JSON: nothing stands at a path of it.
  }
  return found;
}

export const metaFacets = (metadata: string | null): string[] => metaValues(metadata).map(([path, value]) => metaFacet(path, value));
export const ownMetaFacets = (metadata: string | null): string[] => metaValues(metadata).flatMap(([path, value]) => [metaFacet(path, value), ownMetaFacet(path, value)]);

/** Bits of `message.flags`. */
export const flag = { error: 1, tool: 2, image: 4, file: 8, json: 16, masked: 32, truncated: 64, failed: 128 } as const;

const hasFlags = [['error', flag.error | flag.failed], ['tool', flag.tool], ['image', flag.image], ['file', flag.file], ['json', flag.json]] as const;

const partFlags: Readonly<Record<Message['parts'][number]['type'], number>> = {
  text: 0, reasoning: 0, 'tool-call': flag.tool, 'tool-result': flag.tool, json: flag.json, image: flag.image, file: flag.file, error: flag.error,
};

export function flagsOf(row: Pick<Message, 'parts' | 'isError' | 'truncated'>, masked: boolean): number {
  let flags = (row.isError ? flag.error : 0) | (row.truncated ? flag.truncated : 0) | (masked ? flag.masked : 0);
  // A tool that failed is found as an error, as it is where PostgreSQL is asked (postgres/filters.ts).
  for (const part of row.parts) flags |= partFlags[part.type] | (part.type === 'tool-result' && part.isError ? flag.failed : 0);
  return flags;
}

export const flagFacets = (flags: number): string[] => hasFlags.filter(([, bit]) => (flags & bit) !== 0).map(([name]) => hasFacet(name));
