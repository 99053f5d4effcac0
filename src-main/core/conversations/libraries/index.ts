/**
 * libraries: databases opened as conversations, and their readers.
 *
 * book: the list a person keeps of them, and all that is done with an entry. way: directly from the server, or from the console's own copy. open
 * readers: each library is opened once and kept for as long as it is asked. fingerprint: what a source says of itself, so that a copy is known to be stale.
 * What the other parts of this feature see of a book is `Libraries` (ports.ts).
 */
export { createLibraries } from './libraries.ts';
export type { LibraryBook } from './library-book.ts';
