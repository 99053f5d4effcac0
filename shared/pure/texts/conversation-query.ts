import type { TextCatalogue } from './index.ts';

/** What a search line cannot mean (shared/pure/conversation-query). */
const en = {
  'query.unknown-operator': 'There is no operator {{name}}:. Known: role, model, user, before, after, on, has, in, near, meta. To search the text as it stands, put it in quotes.',
  'query.unknown-has': 'has: does not know {{value}}. It knows error, tool, image, file, json, deleted.',
  'query.empty-value': '{{name}}: needs a value right after the colon.',
  'query.unclosed-quote': 'A quotation mark is not closed.',
  'query.empty-quotes': 'There is nothing between the quotation marks.',
  'query.bad-date': '{{value}} is no date. Dates are written 2024, 2024-05, 2024-05-31, 2024-05-31T14:30, today, yesterday, or 7d, 2w, 12h ago.',
  'query.on-moment': 'on: needs a day, a month or a year; {{value}} is a moment. Use after: and before:.',
  'query.empty-range': 'Nothing can be after {{after}} and before {{before}}.',
  'query.cannot-negate': '{{name}}: cannot be excluded.',
  'query.only-once': '{{name}}: can be given once.',
  'query.meta-path': 'meta needs a path: meta.plan:gold, meta.customer.tier:gold.',
  'query.or': 'Alternatives (OR) are not supported between words; all words must be there. Values of one operator are alternatives: role:user role:tool.',
  'query.group': 'Groups in parentheses are not supported. Put a - before each word.',
  'query.not-alone': 'NOT needs a word or a filter after it.',
  'query.not-searchable': '{{text}} has no letters or digits and cannot be searched.',
  'query.masked-name': '{{value}} stands for what is masked. Many are shown so, and nothing can be found by it.',
  'query.star': 'A * stands only at the end of a word: refund* finds words that begin so.',
  'query.long-word': 'A word has {{length}} characters; {{limit}} are the most.',
  'query.long-phrase': 'A phrase or value has {{length}} characters; {{limit}} are the most.',
  'query.long-query': 'The search has {{length}} characters; {{limit}} are the most.',
  'query.too-many': 'More than {{limit}} words and filters.',
} as const;

const ptBR: Record<keyof typeof en, string> = {
  'query.unknown-operator': 'Não há o operador {{name}}:. Conhecidos: papel, modelo, usuário, antes, depois, dia, tem, em, perto, meta. Para buscar o texto como está, ponha-o entre aspas.',
  'query.unknown-has': 'tem: não conhece {{value}}. Conhece erro, ferramenta, imagem, arquivo, json, excluído.',
  'query.empty-value': '{{name}}: precisa de um valor logo depois dos dois-pontos.',
  'query.unclosed-quote': 'Há aspas que não foram fechadas.',
  'query.empty-quotes': 'Não há nada entre as aspas.',
  'query.bad-date': '{{value}} não é uma data. Datas se escrevem 2024, 2024-05, 2024-05-31, 2024-05-31T14:30, hoje, ontem, ou há 7d, 2w, 12h (dias, semanas, horas).',
  'query.on-moment': 'dia: precisa de um dia, um mês ou um ano; {{value}} é um momento. Use depois: e antes:.',
  'query.empty-range': 'Nada pode ser depois de {{after}} e antes de {{before}}.',
  'query.cannot-negate': '{{name}}: não pode ser excluído.',
  'query.only-once': '{{name}}: só pode aparecer uma vez.',
  'query.meta-path': 'meta precisa de um caminho: meta.plano:ouro, meta.cliente.nivel:ouro.',
  'query.or': 'Alternativas (OU) entre palavras não são possíveis; todas as palavras precisam estar lá. Valores de um mesmo operador são alternativas: papel:user papel:tool.',
  'query.group': 'Grupos entre parênteses não são possíveis. Ponha um - antes de cada palavra.',
  'query.not-alone': 'NOT precisa de uma palavra ou de um filtro depois dele.',
  'query.not-searchable': '{{text}} não tem letras nem algarismos e não pode ser buscado.',
  'query.masked-name': '{{value}} está no lugar do que foi mascarado. Muitos aparecem assim, e nada se encontra por ele.',
  'query.star': 'Um * só vale no fim de uma palavra: reembols* encontra palavras que começam assim.',
  'query.long-word': 'Uma palavra tem {{length}} caracteres; {{limit}} é o máximo.',
  'query.long-phrase': 'Uma frase ou um valor tem {{length}} caracteres; {{limit}} é o máximo.',
  'query.long-query': 'A busca tem {{length}} caracteres; {{limit}} é o máximo.',
  'query.too-many': 'Mais de {{limit}} palavras e filtros.',
};

export const queryTexts: TextCatalogue = { en, 'pt-BR': ptBR };
