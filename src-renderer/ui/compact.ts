/** Whether the window is as narrow or as low as the variant `compact` of theme.css says: one thing at a time, what belongs to it below. */
export function isCompact(): boolean {
  return window.matchMedia('(width < 60rem), (height < 30rem)').matches;
}
