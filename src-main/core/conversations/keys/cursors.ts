import { createHash } from 'node:crypto';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Seal } from './seal.ts';

/** Cursors of one list: each goes on with that list and with no other. */
export interface Cursors {
  seal(cursor: string | null): string | null;
  /** @throws TravessiaError INVALID_INPUT for what is no cursor, or one of another list */
  open(cursor: string): string;
}

const hint = 'Open the list again from its beginning.';

/**
 * What a cursor was given for is sealed with it. Only the first page of a list is written down in the audit; a cursor that led on elsewhere would
 * read words that nobody is written down to have asked for.
 *
 * @param of - the call, the library, and what was asked of it
 */
export function createCursors(seal: Pick<Seal, 'seal' | 'open'>, of: readonly string[]): Cursors {
  const bound = `${createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, 22)} `;
  return {
    seal: (cursor) => (cursor === null ? null : seal.seal(bound + cursor)),
    open(cursor) {
      const opened = seal.open(cursor);
      if (opened === null) throw new TravessiaError('INVALID_INPUT', { message: 'That is not a cursor of this console.', hint });
      if (!opened.startsWith(bound)) throw new TravessiaError('INVALID_INPUT', { message: 'This cursor was given for something else: another conversation, search or library.', hint });
      return opened.slice(bound.length);
    },
  };
}
