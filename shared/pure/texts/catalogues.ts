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

/** All texts of one language; `{{name}}` stands for a parameter, as in i18next. */
export function textsOf(language: Language): Record<string, string> {
  return Object.assign({}, ...catalogues.map((catalogue) => catalogue[language])) as Record<string, string>;
}

/** The text of a code with its parameters as they are; an unknown code is shown as it is rather than hidden. */
export function fill(code: string, params: Readonly<Record<string, string>>, language: Language): string {
  for (const catalogue of catalogues) {
    const text = catalogue[language][code];
    if (text !== undefined) return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => params[name] ?? '');
  }
  return code;
}
