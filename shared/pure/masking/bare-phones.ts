/** Telephone numbers that little gives away: digits without a separator, or groups that amounts are written in too. What stands around them decides. */
import type { Group, Window } from './groups.ts';

/** Area codes of Brazil (Anatel, Plano Geral de Códigos Nacionais). */
export const areas = /^(?:1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9])/;

/** Words whose number is no telephone's: names of rows and orders, measures and counts. Words that stand before telephones too (at, time, linha, nota) are none of them. */
const words = [
  'order', 'pedido', 'encomenda', 'id', 'ticket', 'chamado', 'protocolo', 'invoice', 'fatura', 'nota fiscal', 'nf-?e?', 'ref(?:er[eê]ncia|erence)?', 'tracking', 'rastreio', 'rastreamento', 'sku', 'item', 'produto', 'product', 's[eé]rie', 'serial',
  'lote', 'batch', 'processo', 'transa[cç][aã]o', 'transaction', 'request', 'trace', 'build', 'version', 'vers[aã]o', 'commit', 'seed', 'hash', 'row', 'offset', 'epoch', 'timestamp', 'duration', 'dura[cç][aã]o',
  'bytes', 'size', 'length', 'token', 'count', 'total', 'sum', 'soma', 'amount', 'valor', 'value', 'price', 'pre[cç]o', 'r\\$', 'us\\$', 'eur', 'usd', 'brl', 'gbp',
].join('|');
const namesOther = new RegExp(`(?:(?<![\\p{L}\\d])(?:${words})s?|#)[^\\p{L}\\d]{0,4}(?:(?:number|no|nr|n[ºo°]?|n[uú]mero|id|is|was|é|eh)[^\\p{L}\\d]{1,3}){0,2}$`, 'iu');
/** Ends of keys and columns: `orderId`, `duration_ns`, `created_at`. */
const keyOfOther = /(?:[a-z](?:Id|ID|Ns|Ms|At|Bytes|Size|Count|Total|Amount|Order|Number)|(?:^|_)(?:[nuµm]s|nanos|micros|at|ts|time|linha|page|run|job))s?$/;
const unitAfter = /^ ?(?:[€$£¥%]|(?:eur(?:os?)?|usd|brl|gbp|reais|d[oó]lares|dollars|pounds|libras|bytes|[kmgt]i?b|ns|[uµm]s|seconds|segundos|tokens|rows?|linhas|registros|registos|records|habitantes|inhabitants|people|pessoas|users|usu[aá]rios|km|kg|metros|meters)(?![\p{L}\d]))/iu;

const mostBefore = 40;

/** Whether a key of JSON says that its value is no telephone. */
export function isKeyOfOther(key: string): boolean {
  const end = key.slice(-mostBefore);
  return namesOther.test(end) || keyOfOther.test(end);
}

/** Brazilian mobiles with their area, with or without the trunk prefix; the United Kingdom's (Ofcom, 071 to 075, 077 to 079) and Japan's, which begin with 0. */
function isBareForm(digits: string): boolean {
  if (digits.length === 11 && (/^07[1-57-9]/.test(digits) || /^0[789]0[1-9]/.test(digits))) return true;
  const own = digits.length === 12 && digits.startsWith('0') ? digits.slice(1) : digits;
  // So round a number is an amount.
  return own.length === 11 && own[2] === '9' && areas.test(own) && !own.endsWith('000000');
}

/** Digits without a separator that are a telephone, and that nothing around says to be something else. */
export function isBare(text: string, cluster: readonly Group[], { digits, first, last, from, to }: Window): boolean {
  if (first !== last || !isBareForm(digits)) return false;
  const [before, after] = [cluster[first - 1], cluster[last + 1]];
  if (before !== undefined && isAttached(cluster[first]?.gap ?? '', before)) return false;
  if (after !== undefined && isAttached(after.gap, after)) return false;
  // `PO119…`, `$119…`, `abc-119…`, `order_119…`; `119…x`, `119…%`, `119…-abc`. `_119…_` is Markdown.
  if (before === undefined && /(?:[\p{L}\p{M}\p{N}#$€£¥%]|[\p{L}\p{N}][_-])$/u.test(text.slice(Math.max(0, from - 4), from))) return false;
  if (/^(?:[\p{L}\p{N}%]|[_-][\p{L}\p{N}])/u.test(text.slice(to, to + 4))) return false;
  return !isSomethingElse(text, from, to);
}

/** Part of the same number: `0.119…`, `119….50`, `119…-2024`. Two telephones may stand on either side of a slash. */
function isAttached(gap: string, other: Group): boolean {
  return !/[\s()]/.test(gap) && !(gap === '/' && other.digits.length >= 8);
}

function isSomethingElse(text: string, from: number, to: number): boolean {
  const before = text.slice(Math.max(0, from - mostBefore), from);
  return namesOther.test(before) || /[a-z](?:Id|ID)["'`]?[:= ]{1,3}$/.test(before) || unitAfter.test(text.slice(to, to + 16));
}

/** No amount has more groups on a side; a list of numbers may. */
const mostThrees = 12;

/** Portuguese mobiles (Anacom: 91, 92, 93, 96) in groups of three, as amounts are written too: groups before or after that would be of the same amount are looked at. */
export function isPortuguese(text: string, cluster: readonly Group[], { digits, shape, first, last, from, to }: Window): boolean {
  if (shape !== '3 3 3' || !/^9[1236]/.test(digits)) return false;
  const isSpaced = (at: number): boolean => /^\s$/.test(cluster[at]?.gap ?? '');
  let start = first;
  while (start > 0 && first - start < mostThrees && isSpaced(start) && (cluster[start - 1]?.digits.length ?? 9) <= 3) start -= 1;
  let end = last;
  while (end - last < mostThrees && isSpaced(end + 1) && cluster[end + 1]?.digits.length === 3) end += 1;
  const areThrees = cluster.slice(start, end + 1).every((group) => group.digits.length === 3);
  if (!areThrees || (end - start + 1) % 3 !== 0 || (first - start) % 3 !== 0) return false;
  if (/^[.,]\d/.test(text.slice(to, to + 2)) || /[\p{L}\p{N}_#$€£¥,.]\s?$/u.test(text.slice(Math.max(0, from - 1), from)) || /[$€£¥] ?$/.test(text.slice(Math.max(0, from - 2), from))) return false;
  return !isSomethingElse(text, from, to);
}
