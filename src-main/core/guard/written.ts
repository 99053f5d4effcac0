import type { CallName } from '../../../shared/contract/contract.ts';
import { maskText } from '../../../shared/pure/masking/index.ts';
import { maskKey, maskLine, maskNameTyped } from '../conversations/masked-line.ts';
import type { Libraries } from '../conversations/ports.ts';
import { rememberedMask } from '../conversations/remembered-mask.ts';
import { createRowMask } from '../conversations/row-mask.ts';
import type { WrittenDown } from './audit-detail.ts';

const mask = rememberedMask((text) => maskText(text).text);
const keyNames = /^(?:key|conversation|message|around|near|\d+)$/;

/** How the audit writes down what a call asks of a library: its columns say what is personal there, whoever asks. */
export async function writtenOf(call: CallName, input: object, libraries: Pick<Libraries, 'mappings' | 'keys'>, now: () => number): Promise<WrittenDown | undefined> {
  if (!('library' in input) || typeof input.library !== 'string') return undefined;
  const keys = await libraries.keys(input.library);
  const rowMask = createRowMask(await libraries.mappings(input.library), mask);
  return (name, value) => {
    if (name === 'query') return maskLine(value, now(), rowMask, keys);
    if (name === 'title') return rowMask.value('title', value);
    if (name === 'text' && call === 'conversations/names') return maskNameTyped(value, rowMask);
    return keyNames.test(name) ? maskKey(value, rowMask, keys) : value;
  };
}
