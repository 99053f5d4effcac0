/** JSON text as a tree that keeps every literal as it is written: a number of 20 digits is shown with its 20 digits. */
export type JsonNode =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'word'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, JsonNode])[] };

/** Deeper than people read; what nests more is no document but an attack on the stack. */
const deepest = 200;

const token = /[ \t\n\r]*(?:([{}[\],:])|("[^"\\]*(?:\\.[^"\\]*)*")|(-?\d[\d.eE+-]*)|(true|false|null)|$)/suy;

/** The tree; null where the text is no JSON, or nests deeper than 200. */
export function parseJsonTree(text: string): JsonNode | null {
  let at = 0;
  let sign: string | undefined;
  let literal: string | undefined;
  let isEnd = false;
  const next = (): boolean => {
    token.lastIndex = at;
    const found = token.exec(text);
    if (!found) return false;
    at = token.lastIndex;
    sign = found[1];
    literal = found[2] ?? found[3] ?? found[4];
    isEnd = sign === undefined && literal === undefined;
    return true;
  };
  const is = (wanted: string): boolean => sign === wanted;
  const value = (depth: number): JsonNode | null => {
    if (literal !== undefined) {
      if (!literal.startsWith('"')) return /^[-\d]/.test(literal) ? (isNumber(literal) ? { kind: 'number', text: literal } : null) : { kind: 'word', text: literal };
      const plain = unquoted(literal);
      return plain === null ? null : { kind: 'string', text: plain };
    }
    if (depth > deepest) return null;
    if (is('[')) return list(depth);
    return is('{') ? object(depth) : null;
  };
  const list = (depth: number): JsonNode | null => {
    const items: JsonNode[] = [];
    if (!next()) return null;
    if (is(']')) return { kind: 'list', items };
    for (;;) {
      const item = value(depth + 1);
      if (!item || !next()) return null;
      items.push(item);
      if (is(']')) return { kind: 'list', items };
      if (!is(',') || !next()) return null;
    }
  };
  const object = (depth: number): JsonNode | null => {
    const fields: [string, JsonNode][] = [];
    if (!next()) return null;
    if (is('}')) return { kind: 'object', fields };
    for (;;) {
      const name = literal?.startsWith('"') ? unquoted(literal) : null;
      if (name === null || !next() || !is(':') || !next()) return null;
      const field = value(depth + 1);
      if (!field || !next()) return null;
      fields.push([name, field]);
      if (is('}')) return { kind: 'object', fields };
      if (!is(',') || !next()) return null;
    }
  };
  if (!next() || isEnd) return null;
  const root = value(0);
  return root && next() && isEnd ? root : null;
}

const isNumber = (text: string): boolean => /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/u.test(text);

function unquoted(literal: string): string | null {
  try {
    const text: unknown = JSON.parse(literal);
    return typeof text === 'string' ? text : null;
  } catch {
    return null; // a raw line break or a bad escape in a string
  }
}

/** The tree as indented text, for copying. */
export function prettyJson(node: JsonNode, indent = ''): string {
  const inner = `${indent}  `;
  switch (node.kind) {
    case 'string':
      return JSON.stringify(node.text);
    case 'number':
    case 'word':
      return node.text;
    case 'list':
      return node.items.length === 0 ? '[]' : `[\n${node.items.map((item) => inner + prettyJson(item, inner)).join(',\n')}\n${indent}]`;
    case 'object':
      return node.fields.length === 0 ? '{}' : `{\n${node.fields.map(([name, field]) => `${inner}${JSON.stringify(name)}: ${prettyJson(field, inner)}`).join(',\n')}\n${indent}}`;
  }
}
