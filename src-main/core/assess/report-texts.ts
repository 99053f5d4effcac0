import type { Language } from '../../../shared/pure/texts/index.ts';

/** Words of the report page beside the findings (those are in shared/pure/texts/assess.ts). */
const en = {
  title: 'Assessment of {{database}}',
  made: 'Made {{when}} in {{seconds}} s from a consistent copy of {{source}}. Every value was read in {{read}} of {{tables}} table(s).',
  grade: 'Grade',
  'grade.A': 'Crosses as it is.',
  'grade.B': 'Crosses; something changes its form or stays behind, as listed.',
  'grade.C': 'A person has to decide before it can cross whole.',
  decision: 'Migrate now?',
  'decision.migrate-now': 'Migrate now',
  'decision.soon': 'Soon',
  'decision.not-yet': 'Not yet',
  'decision.unknown': 'Not enough is known',
  measure: 'Measure',
  value: 'Value',
  threshold: 'Threshold',
  'measure.items': 'Rows',
  'measure.startupSeconds': 'Start-up, seconds',
  'measure.memoryBytes': 'Memory',
  'measure.instances': 'Instances',
  over: 'over',
  within: 'within',
  unanswered: 'not answered',
  rows: 'Rows',
  tables: 'Tables',
  table: 'Table',
  kind: 'Kind',
  'kind.table': 'table',
  'kind.virtual': 'virtual',
  'kind.shadow': 'internal',
  size: 'Data',
  columns: 'Columns',
  column: 'Column',
  declared: 'Declared',
  holds: 'Holds',
  crosses: 'Crosses as',
  range: 'Range',
  evidence: 'Evidence',
  findings: 'Findings',
  noFindings: 'Nothing stands out.',
  'severity.critical': 'critical',
  'severity.warning': 'warning',
  'severity.info': 'remark',
  examples: 'Examples',
  estimate: 'Estimate',
  estimateText: 'about {{seconds}} s and {{bytes}} in the target',
  file: 'File',
  fileText: '{{bytes}}, {{pages}} pages of {{pageSize}} bytes, {{encoding}}, journal {{journal}}, SQLite {{version}}',
  integrity: 'Integrity',
  'integrity.clean': 'integrity check clean',
  'integrity.quick': 'quick check clean; the full one was not run',
  'integrity.pages': 'indexes compared with their tables from the pages: {{count}} table(s)',
  'integrity.damaged': '{{count}} message(s)',
  orphans: 'rows that point nowhere: {{count}}',
  views: 'Views',
  triggers: 'Triggers',
  broken: 'broken',
  none: 'none',
  error: 'Could not be read to its end: {{message}}',
  nothing: 'only NULL',
  proposal: 'Could be {{type}}',
  ambiguous: 'needs a person',
  class_null: 'NULL',
  class_integer: 'integer',
  class_real: 'real',
  class_text: 'text',
  class_blob: 'blob',
} as const;

export type ReportWord = keyof typeof en;

const ptBR: Record<ReportWord, string> = {
  title: 'Avaliação de {{database}}',
  made: 'Feita em {{when}}, em {{seconds}} s, a partir de uma cópia consistente de {{source}}. Cada valor foi lido em {{read}} de {{tables}} tabela(s).',
  grade: 'Nota',
  'grade.A': 'Atravessa como está.',
  'grade.B': 'Atravessa; algo muda de forma ou fica para trás, como listado.',
  'grade.C': 'Uma pessoa precisa decidir antes que tudo possa atravessar.',
  decision: 'Migrar agora?',
  'decision.migrate-now': 'Migrar agora',
  'decision.soon': 'Em breve',
  'decision.not-yet': 'Ainda não',
  'decision.unknown': 'Não se sabe o bastante',
  measure: 'Medida',
  value: 'Valor',
  threshold: 'Limite',
  'measure.items': 'Linhas',
  'measure.startupSeconds': 'Inicialização, segundos',
  'measure.memoryBytes': 'Memória',
  'measure.instances': 'Instâncias',
  over: 'acima',
  within: 'dentro',
  unanswered: 'sem resposta',
  rows: 'Linhas',
  tables: 'Tabelas',
  table: 'Tabela',
  kind: 'Tipo',
  'kind.table': 'tabela',
  'kind.virtual': 'virtual',
  'kind.shadow': 'interna',
  size: 'Dados',
  columns: 'Colunas',
  column: 'Coluna',
  declared: 'Declarada',
  holds: 'Contém',
  crosses: 'Atravessa como',
  range: 'Faixa',
  evidence: 'Evidência',
  findings: 'Achados',
  noFindings: 'Nada chama a atenção.',
  'severity.critical': 'crítico',
  'severity.warning': 'aviso',
  'severity.info': 'observação',
  examples: 'Exemplos',
  estimate: 'Estimativa',
  estimateText: 'cerca de {{seconds}} s e {{bytes}} no destino',
  file: 'Arquivo',
  fileText: '{{bytes}}, {{pages}} páginas de {{pageSize}} bytes, {{encoding}}, diário {{journal}}, SQLite {{version}}',
  integrity: 'Integridade',
  'integrity.clean': 'verificação de integridade sem erros',
  'integrity.quick': 'verificação rápida sem erros; a completa não foi feita',
  'integrity.pages': 'índices comparados com suas tabelas pelas páginas: {{count}} tabela(s)',
  'integrity.damaged': '{{count}} mensagem(ns)',
  orphans: 'linhas que não apontam para lugar nenhum: {{count}}',
  views: 'Visões',
  triggers: 'Gatilhos',
  broken: 'quebrada',
  none: 'nenhum',
  error: 'Não pôde ser lida até o fim: {{message}}',
  nothing: 'somente NULL',
  proposal: 'Poderia ser {{type}}',
  ambiguous: 'precisa de uma pessoa',
  class_null: 'NULL',
  class_integer: 'inteiro',
  class_real: 'real',
  class_text: 'texto',
  class_blob: 'blob',
};

const words: Readonly<Record<Language, Readonly<Record<ReportWord, string>>>> = { en, 'pt-BR': ptBR };

/** Words and number forms of one language. */
export interface ReportLanguage {
  readonly language: Language;
  word(name: ReportWord, params?: Readonly<Record<string, string>>): string;
  /** Decimal text or a number, grouped as the language does; never rounded. */
  number(value: string | number): string;
  size(bytes: number): string;
  moment(iso: string): string;
}

export function reportLanguage(language: Language): ReportLanguage {
  const decimal = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const number = (value: string | number): string => (typeof value === 'string' ? new Intl.NumberFormat(language).format(BigInt(value)) : decimal.format(value));
  return {
    language,
    word: (name, params = {}) => words[language][name].replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => params[key] ?? ''),
    number,
    size(bytes) {
      const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
      const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
      return `${decimal.format(bytes / 1024 ** power)} ${units[power] ?? 'B'}`;
    },
    moment: (iso) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }).format(new Date(iso)).concat(' UTC'),
  };
}
