import type { TextCatalogue } from './index.ts';

export const assessTexts: TextCatalogue = {
  en: {},
  'pt-BR': {},
};
