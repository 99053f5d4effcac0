/**
 * keys: what names a conversation or a message where the name itself is personal data (an address, a phone number). Such a key is *sealed*: encrypted
 * with a secret of the data folder, always to the same text, so that links stay and are the same for everybody, and whoever sees masked data never
 * gets the key in clear.
 *
 * seal: the cipher. library keys: which keys of a library are sealed. cursors: what binds a cursor to its list. sealed reader, sealed scan: the two ways by which rows come from a source.
 */
export { createLibraryKeys, looksSealed, type KeyKind, type LibraryKeys } from './library-keys.ts';
export { createSeal, type Seal } from './seal.ts';
export { conversationKeys, messageKeys, rowKeys } from './sealed-rows.ts';
export { sealReader } from './sealed-reader.ts';
export { sealScan } from './sealed-scan.ts';
