import { changeHints, changeMessages } from './change-errors.ts';
import { errorHints } from './error-hints.ts';
import { errorMessages, errorParts, objectDetails } from './error-messages.ts';
import { libraryHints, libraryMessages } from './library-errors.ts';
import { sqlReasons } from './sql-reasons.ts';
import { sqlStatements } from './sql-statements.ts';
import type { TextCatalogue } from './index.ts';

type Pairs = readonly (readonly [en: string, ptBR: string])[];

function catalogue(prefix: string, pairs: Pairs): TextCatalogue {
  const side = (which: 0 | 1): Record<string, string> => Object.fromEntries(pairs.map((pair, index) => [`${prefix}${index}`, pair[which]]));
  return { en: side(0), 'pt-BR': side(1) };
}

/** What errors, the verification and the translation of SQL say in sentences of their own: read back by `retell`, never by their codes. */
export const sentenceTexts: readonly TextCatalogue[] = [catalogue('error.message.', [...errorMessages, ...changeMessages, ...libraryMessages]), catalogue('error.hint.', [...errorHints, ...changeHints, ...libraryHints]), catalogue('error.part.', errorParts), catalogue('verify.detail.', objectDetails), catalogue('sql.', [...sqlReasons, ...sqlStatements])];
