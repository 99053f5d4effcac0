/**
 * Keys in the order in which a thread is read, as text: numbers by their value (messages of one second come in the order of their
 * ids), the parts of an exchange as system, question, answer. The way there and back changes nothing.
 */
const numeric = /^(0|[1-9]\d{0,30})((?:#.*)?)$/s;

/** `#s` before `#0`: both characters change places, so that nothing is lost where a source's own key ends so. */
function swapSystem(text: string): string {
  if (text.endsWith('#s')) return `${text.slice(0, -1)}!`;
  return text.endsWith('#!') ? `${text.slice(0, -1)}s` : text;
}

/** Length as one character in front: `9` before `10`. Keys that are no numbers come after those that are. */
export function toSortKey(key: string): string {
  const match = numeric.exec(key);
  if (match === null) return `~${swapSystem(key)}`;
  const [, digits = '', rest = ''] = match;
  return `${String.fromCharCode(0x3f + digits.length)}${digits}${swapSystem(rest)}`;
}

export function fromSortKey(sorted: string): string {
  return swapSystem(sorted.slice(1));
}
