/**
 * view: what a library answers, as the caller may see it. It is the only way from a reader to a host: searches are parsed, texts masked, cut and
 * fitted, what is soft-deleted is kept from those who may not see it, and pages are kept for a while.
 *
 * lens: a library seen with the rights of one call. kept pages: the LRU of readers' answers.
 */
export { cutConversation, cutMessage } from './fit.ts';
export { createView, type View } from './view.ts';
export { openLens, type Lens } from './lens.ts';
export type { PageStatistics } from './kept-pages.ts';
