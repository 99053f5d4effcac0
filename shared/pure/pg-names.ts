/**
 * Names in SQL that PostgreSQL itself printed with an empty search_path: everything outside pg_catalog comes as schema.name, so another
 * schema can take its place without parsing the rest.
 */
const token = /[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[\s\S]/g;
const isName = (part: string | undefined): part is string => part !== undefined && /^(?:"|[A-Za-z_\u0080-\uffff])/.test(part) && !/^[eE]'/.test(part);

function nameOf(part: string): string {
  return part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part;
}

export interface Retargeted {
  readonly sql: string;
  /** Names in one of the known schemas that have no counterpart. */
  readonly unknown: readonly string[];
}

/**
 * @param schemas - those of the source; other words before a dot are tables of a query
 * @param counterpart - the qualified and quoted name that takes the place of one, or undefined
 */
export function retarget(sql: string, schemas: ReadonlySet<string>, counterpart: (schema: string, name: string) => string | undefined): Retargeted {
  const parts = sql.match(token) ?? [];
  const unknown: string[] = [];
  let text = '';
  for (let at = 0; at < parts.length; at += 1) {
    const [part = '', dot, name] = [parts[at], parts[at + 1], parts[at + 2]];
    if (!isName(part) || dot !== '.' || !isName(name) || parts[at - 1] === '.' || !schemas.has(nameOf(part))) {
      text += part;
      continue;
    }
    const other = counterpart(nameOf(part), nameOf(name));
    if (other === undefined) unknown.push(`${nameOf(part)}.${nameOf(name)}`);
    text += other ?? `${part}.${name}`;
    at += 2;
  }
  return { sql: text, unknown };
}
