import { createInstance } from 'i18next';
import type { i18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../../shared/pure/texts/index.ts';
import { en } from './en.ts';
import { ptBR } from './pt-br.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof en };
  }
}

/** One instance per window; both languages are in the bundle, so that switching needs no load. */
export function createI18n(language: Language): i18n {
  const instance = createInstance();
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    initAsync: false,
    resources: { en: { translation: en }, 'pt-BR': { translation: ptBR } },
    interpolation: { escapeValue: false }, // React escapes
  });
  return instance;
}

/** The language to show for a setting; `system` follows the machine. */
export function languageOf(setting: 'system' | Language, system: string): Language {
  if (setting !== 'system') return setting;
  return system.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}
