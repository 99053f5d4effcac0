import { en } from '../../src-renderer/i18n/en.ts';
import { ptBR } from '../../src-renderer/i18n/pt-br.ts';
import type { Texts } from '../../src-renderer/i18n/texts.ts';

export type Language = 'en' | 'pt-BR';
export type Words = Texts<typeof en>;

/** The console's own texts, for walking it in either language. That they are the right ones is asserted literally in the walks. */
export function wordsOf(language: Language): Words {
  return language === 'en' ? en : ptBR;
}

/** A text with its holes open to anything, as a pattern that matches the whole. */
export function like(text: string): RegExp {
  const parts = text.split(/\{\{\w+\}\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`);
}
