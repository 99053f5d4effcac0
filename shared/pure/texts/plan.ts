import type { TextCatalogue } from './index.ts';

export const planTexts: TextCatalogue = {
  en: {},
  'pt-BR': {},
};
