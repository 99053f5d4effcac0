/**
 * parts: what a message says, read from however its program keeps it.
 *
 * block: one typed object of a list (`{ type: 'text', … }`). known: a block whose shape some program is known to write. What is not known
 * stays a `json` part; nothing is dropped but marks that say nothing to a reader (block.ts).
 */
import type { Part } from '../../../../shared/model/conversation.ts';
import type { contentAs } from '../../../../shared/model/conversation-mapping.ts';
import { errorParts, isKnownBlock, readValue, type TextFormat } from './blocks.ts';
import { isText, parseJson } from './json.ts';

export { isRecord, isSaying, isText, jsonText, numberOf, parseJson, type JsonRecord } from './json.ts';
export { errorParts, readValue } from './blocks.ts';
export { mediaPart } from './media.ts';
export { toolCall } from './tools.ts';

/** Answers are written as Markdown by nearly every model; people's words are shown as they are. */
export function formatOf(role: string): TextFormat {
  return role === 'assistant' || role === 'model' || role === 'ai' || role === 'bot' ? 'markdown' : 'plain';
}

/**
 * The parts of a column's text. Never throws.
 * @param as - see `contentAs`; `auto` takes JSON for blocks only where every block is known
 */
export function partsOf(text: string | null, as: (typeof contentAs)[number], role: string): Part[] {
  const format = as === 'markdown' ? 'markdown' : formatOf(role);
  if (text === null || text === '') return [];
  const plain: Part[] = [{ type: 'text', text, format }];
  if (as === 'text' || as === 'markdown') return plain;
  const value = /^\s*[[{"]/.test(text) ? parseJson(text) : undefined;
  if (value === undefined || (as === 'auto' && !isBlocks(value))) return plain;
  try {
    if (as === 'blocks' && !isText(value) && !Array.isArray(value) && !isKnownBlock(value)) return [{ type: 'json', text }];
    return readValue(value, format);
  } catch {
    return plain;
  }
}

function isBlocks(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every((each) => isKnownBlock(each)) : isKnownBlock(value);
}

/** Parts of an error column: words, or JSON with a message in it; null and false say nothing. */
export function errorOf(text: string | null): Part[] {
  if (text === null || text === '' || text === 'false' || text === '0' || text === 'null') return [];
  const value = /^\s*[[{"]/.test(text) ? parseJson(text) : undefined;
  try {
    return errorParts(value ?? text);
  } catch {
    return [{ type: 'error', text }];
  }
}

/** The text of a message and its typed parts: those say it all, mostly the text too. A text that they do not hold comes first. */
export function joinedParts(own: readonly Part[], typed: readonly Part[]): Part[] {
  if (typed.length === 0) return [...own];
  const held = new Set(typed.flatMap(textsOf).map((text) => text.trim()));
  const together = typed.flatMap((part) => (part.type === 'text' ? [part.text.trim()] : [])).join('\n');
  const isHeld = (part: Part): boolean => textsOf(part).every((text) => held.has(text.trim())) || (part.type === 'text' && together.includes(part.text.trim()));
  return [...own.filter((part) => part.type === 'image' || part.type === 'file' || !isHeld(part)), ...typed];
}

/** Every text that a part shows, for search and for masking. */
export function textsOf(part: Part): string[] {
  switch (part.type) {
    case 'tool-call': return [part.name, part.arguments];
    case 'tool-result': return [part.name ?? '', part.text];
    case 'image':
    case 'file': return [part.name ?? '', part.url ?? ''];
    default: return [part.text];
  }
}
