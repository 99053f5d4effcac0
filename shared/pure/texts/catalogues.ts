/** The catalogues of every feature, and a text of them with its parameters filled in. */
import { adoptTexts } from './adopt.ts';
import { assessTexts } from './assess.ts';
import { changeTexts } from './changes.ts';
import { checklistTexts } from './checklist.ts';
import { exportTexts } from './conversation-export.ts';
import { queryTexts } from './conversation-query.ts';
import { sentenceTexts } from './errors.ts';
import { guardTexts } from './guard.ts';
import { logTexts } from './log.ts';
import { planTexts } from './plan.ts';
import { rejectTexts } from './rejects.ts';
import { repairTexts } from './repairs.ts';
import { runTexts } from './runs.ts';
import { searchIndexTexts } from './search-index.ts';
import { sourceTexts } from './sources.ts';
import { undoTexts } from './undo.ts';

export type Language = 'en' | 'pt-BR';
export type TextCatalogue = Readonly<Record<Language, Readonly<Record<string, string>>>>;

const catalogues: readonly TextCatalogue[] = [
  adoptTexts, assessTexts, changeTexts, checklistTexts, exportTexts, guardTexts, logTexts, planTexts, queryTexts, rejectTexts, repairTexts, runTexts, searchIndexTexts, sourceTexts, undoTexts, ...sentenceTexts,
];

/** `{{name}}` stands for a parameter, as in i18next; `{{name|row|rows}}` for the first word where it is 1, and else for the second. */
export const parameter = /\{\{(\w+)(?:\|([^|}]+)\|([^|}]+))?\}\}/g;

/** The word that goes with a number: `one` with 1, `other` with every other. */
export function wordFor(count: number | string, one: string, other: string): string {
  return String(count) === '1' ? one : other;
}

/** All texts of one language. */
export function textsOf(language: Language): Record<string, string> {
  return Object.assign({}, ...catalogues.map((catalogue) => catalogue[language])) as Record<string, string>;
}

/** A text with its parameters as they are; one that is not given is left out. */
export function fillText(text: string, params: Readonly<Record<string, string>>): string {
  return text.replace(parameter, (_, name: string, one: string | undefined, other = '') => (one === undefined ? params[name] ?? '' : wordFor(params[name] ?? '', one, other)));
}

/** The text of a code with its parameters as they are; an unknown code is shown as it is rather than hidden. */
export function fill(code: string, params: Readonly<Record<string, string>>, language: Language): string {
  for (const catalogue of catalogues) {
    const text = catalogue[language][code];
    if (text !== undefined) return fillText(text, params);
  }
  return code;
}
