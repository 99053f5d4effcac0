import MarkdownIt from 'markdown-it';
import { blocksOf } from './from-tokens.ts';
import type { Block } from './tree.ts';

/** Quotes and lists within each other (a list counts twice). What is deeper would be left out by markdown-it, so such a text is drawn as it stands. */
const deepest = 40;

const schemes = /^(?:https?|mailto):/iu;
const anyScheme = /^[\p{Cc}\s]*[a-z][a-z0-9+.-]*:/iu;
/** Of pictures within the address itself only the name is shown, not the bytes. */
const picture = /^data:image\/[a-z0-9.+-]+[;,]/iu;

/** What follows the scheme of a bare address: to the last sign that is no end of a sentence. The sign of masked data may stand in it. */
const bare = /\/\/[^\s<>"'`\])}]*[^\s<>"'`\])}.,;:!?]/uy;

function bareLength(text: string, from: number): number {
  bare.lastIndex = from;
  return bare.exec(text)?.[0].length ?? 0;
}

function createReader(): InstanceType<typeof MarkdownIt> {
  // A line's end is a line's end: people and models write messages, not manuscripts.
  const reader = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: deepest });
  // A reference may lead anywhere within what it stood in; it is shown, and nothing opens it.
  reader.validateLink = (address) => schemes.test(address) || picture.test(address) || !anyScheme.test(address);
  // Addresses stay as they were written: encoded, the sign of masked data in one would not be recognised.
  reader.normalizeLink = (address) => address;
  reader.normalizeLinkText = (address) => address;
  // Of bare addresses only those of pages: `notes.md` and `ana@example.com` are words.
  reader.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  for (const scheme of ['http:', 'https:']) reader.linkify.add(scheme, { validate: bareLength });
  for (const scheme of ['ftp:', '//', 'mailto:']) reader.linkify.add(scheme, null);
  return reader;
}

const reader = createReader();

/**
 * Reads CommonMark with tables, struck text and tasks, by markdown-it; its tokens become a tree, never HTML, and HTML in the text is text.
 * A text that nests too deep is one paragraph of its own signs.
 */
export function parseMarkdown(text: string): readonly Block[] {
  const tokens = reader.parse(text, {});
  if (tokens.some((token) => token.nesting === 1 && token.level >= deepest - 1)) return [{ kind: 'paragraph', children: [{ kind: 'text', text }] }];
  return blocksOf(tokens);
}
