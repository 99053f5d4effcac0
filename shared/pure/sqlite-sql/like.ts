import type { LikeNode } from './ast.ts';
import { asText } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { Scope } from './scope.ts';
import type { Translator } from './translator.ts';
import { bool } from './typed.ts';
import type { Typed } from './typed.ts';

/** LIKE (no case for ASCII letters, no escape character unless one is named) and GLOB. */
export function like(node: LikeNode, scope: Scope, translator: Translator): Typed {
  const operand = translator.expression(node.operand, scope);
  const pattern = translator.expression(node.pattern, scope);
  const escape = node.escape === undefined ? undefined : translator.expression(node.escape, scope);
  return match(node.operator, operand, pattern, escape, node.negated, translator);
}

/** The same for the forms like(pattern, x) and glob(pattern, x). */
export function match(
  operator: LikeNode['operator'],
  operand: Typed,
  pattern: Typed,
  escape: Typed | undefined,
  negated: boolean,
  translator: Translator,
): Typed {
  if (operator === 'REGEXP') throw new Untranslatable('REGEXP is a function of the program, with rules of its own');
  if (operator === 'MATCH') throw new Untranslatable('MATCH is full-text search of a virtual table');
  if (operand.kind === 'null' || pattern.kind === 'null') return bool('NULL::boolean');
  const value = asText(operand, translator.note).sql;
  if (operator === 'GLOB') {
    if (pattern.literal === undefined || pattern.kind !== 'text') throw new Untranslatable('GLOB with a pattern that is not a literal');
    return bool(`(${value} COLLATE "C" ${negated ? '!~' : '~'} ${quoteText(globToRegex(pattern.literal))})`);
  }
  if (escape !== undefined && (escape.kind !== 'text' || escape.literal === undefined || [...escape.literal].length !== 1)) {
    throw new Untranslatable('ESCAPE with something else than one character');
  }
  const patternSql = asText(pattern, translator.note).sql;
  if (escape?.literal !== undefined) {
    // PostgreSQL fails where the escape character stands last; in SQLite nothing matches then.
    const ending = pattern.literal ?? /'((?:[^']|'')*)'\)*$/.exec(patternSql)?.[1];
    if (pattern.literal === undefined && (ending === undefined || ending === '' || ending.endsWith(escape.literal))) {
      throw new Untranslatable('LIKE with ESCAPE and a pattern whose end is not a literal');
    }
    if (endsOpen(ending ?? '', escape.literal)) return bool(`(CASE WHEN ${value} IS NOT NULL THEN ${negated ? 'TRUE' : 'FALSE'} END)`);
  }
  return bool(`(${value} COLLATE "C" ${negated ? 'NOT ' : ''}ILIKE ${patternSql} ESCAPE ${quoteText(escape?.literal ?? '')})`);
}

/** True where the last character is an escape that escapes nothing. */
function endsOpen(pattern: string, escape: string): boolean {
  const chars = [...pattern];
  let at = 0;
  while (at < chars.length - 1) at += chars[at] === escape ? 2 : 1;
  return chars[at] === escape;
}

/** GLOB's pattern as a POSIX one: `*`, `?`, `[…]` and `[^…]`, everything else literally. */
export function globToRegex(pattern: string): string {
  let result = '^';
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at += 1) {
    const char = chars[at] ?? '';
    if (char === '*') result += '.*';
    else if (char === '?') result += '.';
    else if (char === '[') {
      const isNegated = chars[at + 1] === '^';
      const first = at + (isNegated ? 2 : 1);
      // A closing bracket right behind the opening one is a member of the set.
      const end = chars.indexOf(']', first + 1);
      if (end < 0) throw new Untranslatable(`the GLOB pattern ${pattern} has an open bracket`);
      const members = chars.slice(first, end).join('');
      if (/[[\]\\]/.test(members)) throw new Untranslatable(`the GLOB pattern ${pattern} has brackets or backslashes in a set`);
      result += `[${isNegated ? '^' : ''}${members}]`;
      at = end;
    } else result += char.replace(/[.\\+*?[\](){}^$|]/, String.raw`\$&`);
  }
  return `${result}$`;
}
