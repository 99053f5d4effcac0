import { maskingVersion, maskText } from '../../../../shared/pure/masking/index.ts';
import type { Masking } from './database.ts';

/** A replica is masked whoever makes it: it leaves the house. */
export const replicaMasking: Masking = { mask: (text) => maskText(text).text, version: String(maskingVersion) };
