import type { TextCatalogue } from './index.ts';

export const runTexts: TextCatalogue = {
  en: {},
  'pt-BR': {},
};
