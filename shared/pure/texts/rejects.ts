import type { TextCatalogue } from './index.ts';

export const rejectTexts: TextCatalogue = {
  en: {},
  'pt-BR': {},
};
