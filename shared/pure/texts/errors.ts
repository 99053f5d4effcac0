import { changeHints, changeMessages } from './change-errors.ts';
import { commandAdvice, commandHints, commandMessages, commandParts } from './command-line-errors.ts';
import { errorHints } from './error-hints.ts';
import { errorMessages, errorParts, objectDetails } from './error-messages.ts';
import { internalHints, internalMessages } from './internal-errors.ts';
import { libraryHints, libraryMessages } from './library-errors.ts';
import { sqlReasons } from './sql-reasons.ts';
import { sqlStatements } from './sql-statements.ts';
import { relationKinds, swapParts } from './swap-parts.ts';
import type { TextCatalogue } from './index.ts';

type Pairs = readonly (readonly [en: string, ptBR: string])[];

function catalogue(prefix: string, pairs: Pairs): TextCatalogue {
  const side = (which: 0 | 1): Record<string, string> => Object.fromEntries(pairs.map((pair, index) => [`${prefix}${index}`, pair[which]]));
  return { en: side(0), 'pt-BR': side(1) };
}

/** What errors, the verification and the translation of SQL say in sentences of their own: read back by `retell`, never by their codes. */
export const sentenceTexts: readonly TextCatalogue[] = [
  catalogue('error.message.', [...errorMessages, ...changeMessages, ...libraryMessages, ...commandMessages, ...internalMessages]), catalogue('error.hint.', [...errorHints, ...changeHints, ...libraryHints, ...commandHints, ...internalHints]),
  catalogue('error.advice.', commandAdvice), catalogue('error.part.', [...errorParts, ...commandParts, ...swapParts]), catalogue('error.kind.', relationKinds), catalogue('verify.detail.', objectDetails), catalogue('sql.', [...sqlReasons, ...sqlStatements]),
];
