const maxText = 120;
const maxDetail = 600;
const isSecretName = (name: string) => /pass(word|phrase)|secret|token|credential/i.test(name);

/** `postgres://user:secret@host` and `password=secret`, wherever they stand in a text. */
function maskUrls(text: string): string {
  return text.replace(/(:\/\/[^:/@\s]*):[^@\s]*@/g, '$1:…@').replace(/\b(password|sslpassword|passphrase)=('[^']*'|[^\s&]*)/gi, '$1=…');
}

/**
 * An input as it may stand in the audit: no secret, no long text (a whole plan), at most 600 characters.
 *
 * @returns one line of JSON, cut with an ellipsis
 */
export function auditDetail(input: unknown): string {
  const text = JSON.stringify(input, (name, value: unknown) => {
    if (value !== null && value !== undefined && isSecretName(name)) return '…';
    if (typeof value !== 'string') return value;
    const masked = maskUrls(value);
    return masked.length > maxText ? `${masked.slice(0, maxText)}… (${value.length} characters)` : masked;
  }) ?? '';
  return text.length > maxDetail ? `${text.slice(0, maxDetail)}…` : text;
}
