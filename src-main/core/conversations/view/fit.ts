import { setImmediate } from 'node:timers/promises';
import type { Conversation, Message, Part, RawRow } from '../../../../shared/model/conversation.ts';

/** Characters of one message's texts in a page of a thread; the whole comes with `conversations/message`. */
export const messageTexts = 64 * 1024;
/** Of one message asked for by itself. What is beyond is in an export. */
export const wholeTexts = 256 * 1024;
/** Bytes of pictures in one message. */
const pictures = 300 * 1024;
/** Bytes of JSON that an answer may have: the dispatcher refuses 1 MB (hosts/dispatcher.ts). */
export const answerBytes = 900 * 1024;

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The first `length` characters, no pair of surrogates broken. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).replace(/[\ud800-\udbff]$/, '');
}

/** Cuts texts one after the other until a sum of characters is used up. */
function cutter(limit: number) {
  let left = limit;
  let isCut = false;
  return {
    text(text: string): string {
      const shown = cut(text, left);
      left -= shown.length;
      isCut ||= shown.length < text.length;
      return shown;
    },
    drop(): null {
      isCut = true;
      return null;
    },
    isCut: () => isCut,
  };
}

function cutPart(part: Part, scissors: ReturnType<typeof cutter>): Part {
  switch (part.type) {
    case 'tool-call':
      return { ...part, name: scissors.text(part.name), arguments: scissors.text(part.arguments) };
    case 'image':
    case 'file':
      return { ...part, name: part.name === null ? null : scissors.text(part.name), url: part.url === null ? null : scissors.text(part.url) };
    default:
      return { ...part, text: scissors.text(part.text) };
  }
}

/** Parts beyond these are left out of an answer. */
const mostParts = 500;

/**
 * A message whose texts have `limit` characters at most, and which by itself fits an answer.
 * Masked before it is cut: half a number would not be known as one.
 */
export function cutMessage(message: Message, limit: number, showsPictures = true): Message {
  let row = cutOnce(message, limit, showsPictures);
  // Control characters take six bytes in JSON: what is cut short enough fits whatever it holds, else it is cut once more by what it came to.
  if (limit <= messageTexts) return row;
  for (let size = bytesOf(row); size > answerBytes; size = bytesOf(row)) row = cutOnce(message, Math.floor(limit * Math.min(0.5, answerBytes / size)), false);
  return row;
}

function cutOnce(message: Message, limit: number, showsPictures: boolean): Message {
  const scissors = cutter(limit);
  let bytes = showsPictures ? pictures : 0;
  const parts = message.parts.slice(0, mostParts).map((part) => {
    const shown = cutPart(part, scissors);
    if (shown.type !== 'image' || shown.data === null) return shown;
    bytes -= shown.data.length;
    return bytes >= 0 ? shown : { ...shown, data: scissors.drop() };
  });
  if (parts.length < message.parts.length) scissors.drop();
  const metadata = message.metadata === null ? null : scissors.text(message.metadata);
  return scissors.isCut() || message.truncated ? { ...message, parts, metadata, truncated: true } : message;
}

/** In a list texts are short; `conversations/get` has more of them. */
export function cutConversation(row: Conversation, whole: boolean): Conversation {
  const [title, metadata] = whole ? [4096, 64 * 1024] : [300, 2048];
  const short = (text: string | null, length: number): string | null => (text === null ? null : cut(text, length));
  return { ...row, title: short(row.title, title), owner: short(row.owner, 300), preview: short(row.preview, 300), metadata: short(row.metadata, metadata) };
}

/** Rows behind a message: as many and as wide as fit. */
export function cutRaw(rows: readonly RawRow[]): RawRow[] {
  let left = answerBytes;
  return rows.map((row) => {
    const cells = row.cells.map((cell) => {
      const size = bytesOf(cell);
      left -= size;
      return left >= 0 || cell.text === null ? cell : { ...cell, text: '', cut: true };
    });
    return { ...row, cells };
  });
}

/** Rows that are masked and measured at a time: of a page that does not fit, the rest is left alone. */
const chunk = 4;
/** Milliseconds after which others get their turn: to mask large texts takes a while. */
const turn = 10;

/**
 * A page that fits an answer: asked again with fewer rows where it does not, so that cursors stay those of the reader.
 * @param show what a reader's rows look like in the answer; may leave rows out
 */
export async function fitting<Row, Shown, Page>(
  limit: number, ask: (limit: number) => Promise<Page & { readonly rows: readonly Row[] }>, show: (rows: readonly Row[]) => Promise<readonly Shown[]>,
): Promise<{ page: Page; rows: Shown[] }> {
  let fits = limit;
  for (;;) {
    const page = await ask(fits);
    const rows: Shown[] = [];
    let bytes = 0;
    let tooMany: number | null = null;
    let began = performance.now();
    for (let from = 0; from < page.rows.length && tooMany === null; from += chunk) {
      const before = rows.length;
      if (performance.now() - began > turn) {
        await setImmediate();
        began = performance.now();
      }
      for (const row of await show(page.rows.slice(from, from + chunk))) {
        bytes += bytesOf(row) + 1;
        if (bytes > answerBytes && rows.length > 0) {
          tooMany = Math.max(1, from + rows.length - before);
          break;
        }
        rows.push(row);
      }
    }
    if (tooMany === null || fits === 1) return { page, rows };
    fits = Math.min(fits - 1, tooMany);
  }
}
