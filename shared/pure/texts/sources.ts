import type { TextCatalogue } from './index.ts';

/** What a source other than a SQLite file could not give as it was, or gave under another name. */
const en = {
  'source.json.null-and-absent': '{{count}} {{count|object lacks|objects lack}} this property and {{nulls}} {{nulls|holds|hold}} null in it. A table has one NULL for both: the difference does not cross.',
  'source.renamed': 'The name {{from}} cannot be kept; it crosses as {{to}}.',
  'source.json.kept-as-json': 'Values of several kinds ({{kinds}}) that no one type holds apart. Each crosses as its JSON text.',
  'source.json.too-wide': 'The objects have {{columns}} different properties, more than a table can have. Each object crosses as its JSON text.',
  'source.pg.schemas': 'The tables of the schemas {{schemas}} cross into one schema. Tables of one name keep their schema before it.',
  'source.pg.no-columns': 'The table {{name}} has no column. It does not cross.',
  'source.pg.domain': 'The domain {{type}} crosses as {{base}}; its own checks do not.',
  'source.pg.view': 'The view {{name}} does not cross: {{detail}}',
  'source.pg.materialised-view': 'The materialised view {{name}} does not cross: {{detail}}',
  'source.pg.foreign-table': 'The rows of the foreign table {{name}} lie elsewhere. It does not cross.',
  'source.pg.extension-table': 'The table {{name}} belongs to an extension. It does not cross.',
  'source.pg.trigger': 'The trigger {{name}} does not cross: {{detail}}',
  'source.pg.not-enforced': 'The constraint {{name}} is not enforced where it stands, and does not cross: {{detail}}',
  'source.pg.policy': 'The row-level policy {{name}} does not cross. All rows were read.',
  'source.pg.function': 'The function {{name}}({{detail}}) does not cross.',
} as const;

const ptBR: Record<keyof typeof en, string> = {
  'source.json.null-and-absent': '{{count}} {{count|objeto não tem|objetos não têm}} esta propriedade e {{nulls}} {{nulls|a tem|a têm}} com null. Uma tabela tem um só NULL para os dois: a diferença não atravessa.',
  'source.renamed': 'O nome {{from}} não pode ser mantido; atravessa como {{to}}.',
  'source.json.kept-as-json': 'Valores de vários tipos ({{kinds}}) que nenhum tipo distingue. Cada um atravessa como seu texto JSON.',
  'source.json.too-wide': 'Os objetos têm {{columns}} propriedades diferentes, mais do que uma tabela pode ter. Cada objeto atravessa como seu texto JSON.',
  'source.pg.schemas': 'As tabelas dos schemas {{schemas}} atravessam para um só schema. Tabelas de mesmo nome levam o schema à frente.',
  'source.pg.no-columns': 'A tabela {{name}} não tem colunas. Ela não atravessa.',
  'source.pg.domain': 'O domínio {{type}} atravessa como {{base}}; suas próprias verificações não.',
  'source.pg.view': 'A visão {{name}} não atravessa: {{detail}}',
  'source.pg.materialised-view': 'A visão materializada {{name}} não atravessa: {{detail}}',
  'source.pg.foreign-table': 'As linhas da tabela externa {{name}} estão em outro lugar. Ela não atravessa.',
  'source.pg.extension-table': 'A tabela {{name}} pertence a uma extensão. Ela não atravessa.',
  'source.pg.trigger': 'O gatilho {{name}} não atravessa: {{detail}}',
  'source.pg.not-enforced': 'A restrição {{name}} não é imposta onde está, e não atravessa: {{detail}}',
  'source.pg.policy': 'A política de linhas {{name}} não atravessa. Todas as linhas foram lidas.',
  'source.pg.function': 'A função {{name}}({{detail}}) não atravessa.',
};

export const sourceTexts: TextCatalogue = { en, 'pt-BR': ptBR };
