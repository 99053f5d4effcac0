/**
 * conversation-query: the search line.
 *
 * term: a word (all its forms), "a phrase", or a prefix*. filter: operator:value. A `-` or NOT before either excludes. part: a term or filter and
 * where it stands in the text, for chips. All parts must hold; values of one operator are alternatives. What the line cannot mean becomes a
 * diagnostic, and then nothing is searched: an unknown operator is never searched as words.
 *
 * `\` at the start of a word takes every meaning from it (`\OR`, `\-x`, `\role:user`); inside quotes `\"` and `\\` stand for `"` and `\`.
 */
export { parseQuery, queryParts } from './parse-query.ts';
export { formatQuery } from './format-query.ts';
export { withFilter, withoutFilter, withoutPart } from './edit.ts';
export { maxParts, maxQueryText } from './limits.ts';
export { emptyQuery, type ParseOptions, type QueryPart } from './parts.ts';
export { operatorNames, type OperatorName } from './operators.ts';
