/**
 * The one quoting function for identifiers and literals, PostgreSQL and SQLite alike.
 * Source: PostgreSQL manual 4.1.1 (quoted identifiers) and 4.1.2 (string constants); SQLite lang_keywords.html.
 */
export function quoteIdent(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."name"`, always quoted, so that no search_path and no keyword can change its meaning. */
export function quoteQualified(schema: string, name: string): string {
  return `${quoteIdent(schema)}.${quoteIdent(name)}`;
}

/**
 * A string constant for PostgreSQL, safe whatever standard_conforming_strings says (E'' when a backslash occurs).
 * Only for DDL, where parameters cannot be used (defaults, comments).
 */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}`.trimStart() : quoted;
}

/** PostgreSQL cuts identifiers to 63 bytes (NAMEDATALEN - 1, manual 4.1.1). */
export const maxIdentifierBytes = 63;

/** Length of a name in UTF-8 bytes (shared code knows neither Buffer nor TextEncoder). */
export function identifierBytes(name: string): number {
  let bytes = 0;
  for (const character of name) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** Cuts a name to at most `limit` UTF-8 bytes without splitting a character. */
export function cutIdentifier(name: string, limit: number = maxIdentifierBytes): string {
  let cut = '';
  let bytes = 0;
  for (const character of name) {
    bytes += identifierBytes(character);
    if (bytes > limit) break;
    cut += character;
  }
  return cut;
}
