import type { TextCatalogue } from './index.ts';

/** What a source other than a SQLite file could not give as it was, or gave under another name. */
const en = {
  'source.json.null-and-absent': '{{count}} object(s) lack this property and {{nulls}} hold null in it. A table has one NULL for both: the difference does not cross.',
  'source.json.renamed': 'The name {{from}} cannot be kept; it crosses as {{to}}.',
  'source.json.kept-as-json': 'Values of several kinds ({{kinds}}) that no one type holds apart. Each crosses as its JSON text.',
  'source.json.too-wide': 'The objects have {{columns}} different properties, more than a table can have. Each object crosses as its JSON text.',
} as const;

const ptBR: Record<keyof typeof en, string> = {
  'source.json.null-and-absent': '{{count}} objeto(s) não têm esta propriedade e {{nulls}} a têm com null. Uma tabela tem um só NULL para os dois: a diferença não atravessa.',
  'source.json.renamed': 'O nome {{from}} não pode ser mantido; atravessa como {{to}}.',
  'source.json.kept-as-json': 'Valores de vários tipos ({{kinds}}) que nenhum tipo distingue. Cada um atravessa como seu texto JSON.',
  'source.json.too-wide': 'Os objetos têm {{columns}} propriedades diferentes, mais do que uma tabela pode ter. Cada objeto atravessa como seu texto JSON.',
};

export const sourceTexts: TextCatalogue = { en, 'pt-BR': ptBR };
