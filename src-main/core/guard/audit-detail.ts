import { maskText } from '../../../shared/pure/masking/index.ts';

const maxText = 120;
/** What is masked of a long text before it is cut; a whole plan need not be read for its first words. */
const maxRead = 4096;
const maxDetail = 600;
const isSecretName = (name: string) => /pass(word|phrase)|secret|token|credential/i.test(name);

/** `postgres://user:secret@host` and `password=secret`, wherever they stand in a text; the user's name stays. */
function withoutPasswords(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:…@').replace(/\b(password|sslpassword|passphrase)=('[^']*'|[^\s&]*)/gi, '$1=…');
}

/** `…@host` of a URL is no address of a person: the rest of the text is masked around it. */
function masked(text: string): string {
  return text.split(/(:\/\/[^:/@\s]*:…@|:\/\/[\w.-]+@(?=[\w.-]))/).map((piece, at) => (at % 2 === 0 ? maskText(piece).text : piece)).join('');
}

/** What a library adds: a field of the input as it may be written down. Names of its columns say what no form of a value does. */
export type WrittenDown = (name: string, value: string) => string;

/**
 * An input as it may stand in the audit: no secret, no personal data, no long text (a whole plan), at most 600 characters.
 *
 * @returns one line of JSON, cut with an ellipsis
 */
export function auditDetail(input: unknown, written: WrittenDown = (_name, value) => value): string {
  const text = JSON.stringify(input, (name, value: unknown) => {
    if (value !== null && value !== undefined && isSecretName(name)) return '…';
    if (typeof value !== 'string') return value;
    // What was approved, by its first digits: as a whole it looks like a token.
    if (name === 'hash' && /^[\da-f]{64}$/.test(value)) return `${value.slice(0, 16)}…`;
    const shown = masked(withoutPasswords(written(name, value.slice(0, maxRead))));
    return shown.length > maxText ? `${shown.slice(0, maxText)}… (${value.length} characters)` : shown;
  }) ?? '';
  return text.length > maxDetail ? `${text.slice(0, maxDetail)}…` : text;
}
