/**
 * What the command line itself says, in both languages: English sentences with their Portuguese, `{{a}}` and `{{a|row|rows}}` as in
 * shared/pure/texts. A sentence that is not here is no `Sentence`, so it cannot be printed.
 */
import { conversationTexts } from './conversations.ts';
import { conversationHelp, guardHelp } from './help-conversations.ts';
import { helpTexts } from './help.ts';
import { runTexts } from './runs.ts';
import { words } from './words.ts';

export const sentences = { ...words, ...runTexts, ...conversationTexts, ...helpTexts, ...conversationHelp, ...guardHelp } as const satisfies Readonly<Record<string, string>>;

/** Its English. */
export type Sentence = keyof typeof sentences;

export { callTexts } from './calls.ts';
export { phases, placeholders } from './words.ts';
