/** Characters of a text drawn at first: some two screens. */
export const shownAtFirst = 4000;
/** Beyond this a text is opened in a view of its own, which draws only what is in sight. */
export const drawnAtMost = 24_000;

/** The beginning of a long text, cut where a line or a word ends; code that was open is closed again. */
export function beginningOf(text: string, length = shownAtFirst): string {
  if (text.length <= length) return text;
  const line = text.lastIndexOf('\n', length);
  const word = text.lastIndexOf(' ', length);
  const cut = text.slice(0, line > length * 0.6 ? line : word > length * 0.8 ? word : length).toWellFormed();
  const fences = cut.match(/^ {0,3}```/gmu)?.length ?? 0;
  return fences % 2 === 1 ? `${cut}\n\`\`\`` : cut;
}
