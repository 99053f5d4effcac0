import type { TextCatalogue } from './index.ts';

/** What an exported file of conversations says of itself. */
const en = {
  'export.title': 'Conversations of {{library}}',
  'export.about': 'Exported from {{library}} on {{at}} by {{who}}.',
  'export.totals': '{{messages}} {{messages|message|messages}}, {{conversations}} {{conversations|conversation|conversations}}.',
  'export.totals-of': 'Messages / conversations:',
  'export.query': 'Search: {{query}}',
  'export.masked': 'Personal data is masked: ⟨email⟩, ⟨phone⟩, ⟨cpf⟩ and the like stand in its place.',
  'export.unmasked': 'Personal data is not masked.',
} as const;

const ptBR: Record<keyof typeof en, string> = {
  'export.title': 'Conversas de {{library}}',
  'export.about': 'Exportado de {{library}} em {{at}} por {{who}}.',
  'export.totals': '{{messages}} {{messages|mensagem|mensagens}}, {{conversations}} {{conversations|conversa|conversas}}.',
  'export.totals-of': 'Mensagens / conversas:',
  'export.query': 'Busca: {{query}}',
  'export.masked': 'Os dados pessoais estão mascarados: ⟨email⟩, ⟨phone⟩, ⟨cpf⟩ e semelhantes estão no lugar deles.',
  'export.unmasked': 'Os dados pessoais não estão mascarados.',
};

export const exportTexts: TextCatalogue = { en, 'pt-BR': ptBR };
