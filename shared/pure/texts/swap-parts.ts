type Pairs = readonly (readonly [en: string, ptBR: string])[];

/** What stands in the way of a swap, and what its statements and proofs are for, as errors name it (core/runs). */
export const swapParts: Pairs = [
  ['publication {{a}} is limited by {{b}} of {{c}}, which the new table does not have', 'a publicação {{a}} é limitada por {{b}} de {{c}}, que a nova tabela não tem'],
  ['materialised view {{a}} reads a table that would be replaced', 'a visão materializada {{a}} lê uma tabela que seria substituída'],
  ['rule on {{a}} reads a table that would be replaced', 'uma regra sobre {{a}} lê uma tabela que seria substituída'],
  ['view {{a}} uses sequence {{b}}, and the new table brings no sequence of that name', 'a visão {{a}} usa a sequência {{b}}, e a nova tabela não traz uma sequência com esse nome'],
  ['the default of {{a}} uses sequence {{b}}, and the new table brings no sequence of that name', 'o valor padrão de {{a}} usa a sequência {{b}}, e a nova tabela não traz uma sequência com esse nome'],
  ['{{a}} uses sequence {{b}}, and the new table brings no sequence of that name', '{{a}} usa a sequência {{b}}, e a nova tabela não traz uma sequência com esse nome'],
  ['{{a}} uses sequence {{b}}', '{{a}} usa a sequência {{b}}'],
  ['{{a}} refused the rows', '{{a}} recusou as linhas'],
  ['read the staged rows alone, over which their answers were compared', 'leem só as linhas em preparação, sobre as quais suas respostas foram comparadas'],
  ['translated view, reads the tables that took the rows', 'visão traduzida, lê as tabelas que receberam as linhas'],
  ['translated view', 'visão traduzida'],
  ['for the text of the views', 'para o texto das visões'],
  ['translated trigger of the view', 'gatilho traduzido da visão'],
  ['no policy hides rows of {{a}} from this role, which may point at values of {{b}} that change ({{c}}, ON UPDATE {{d}})', 'nenhuma política esconde deste papel linhas de {{a}}, que podem apontar para valores de {{b}} que mudam ({{c}}, ON UPDATE {{d}})'],
  ['no row of {{a}} points at a value of {{b}} that changes ({{c}}, ON UPDATE {{d}})', 'nenhuma linha de {{a}} aponta para um valor de {{b}} que muda ({{c}}, ON UPDATE {{d}})'],
  ['no updated row of {{a}} takes a value of the unique key {{b}} from another updated row', 'nenhuma linha atualizada de {{a}} toma de outra linha atualizada um valor da chave única {{b}}'],
  ['the next value lies behind all rows', 'o próximo valor fica depois de todas as linhas'],
  ['enumeration of the source', 'enumeração da origem'],
  ['owner of the replaced view', 'dono da visão substituída'],
  ['grant of the replaced view', 'permissão da visão substituída'],
  ['comment of the replaced view', 'comentário da visão substituída'],
  ['numbers that others drew from the replaced table’s sequence are not drawn again', 'números que outros tiraram da sequência da tabela substituída não são tirados de novo'],
  ['default from outside, now draws from the new table’s sequence', 'valor padrão de fora, agora tira números da sequência da nova tabela'],
  ['grant of the replaced table’s sequence', 'permissão da sequência da tabela substituída'],
  ['pointed into {{a}}', 'apontava para {{a}}'],
  ['points at the table that stands', 'aponta para a tabela que fica'],
  ['for the rows that are there', 'para as linhas que estão lá'],
  ['view from outside, now reads the new table', 'visão de fora, agora lê a nova tabela'],
  ['rows of {{a}} were not deleted: a trigger or a rule held them back', 'linhas de {{a}} não foram excluídas: um gatilho ou uma regra as reteve'],
  ['the row of {{a}} is not to be found after the change', 'a linha de {{a}} não se encontra depois da alteração'],
  ['rows of {{a}} would not be what they were: a trigger changes them', 'linhas de {{a}} não seriam o que eram: um gatilho as altera'],
  ['rows of {{a}} would not point where they did: a trigger changes them', 'linhas de {{a}} não apontariam para onde apontavam: um gatilho as altera'],
  ['the row of {{a}} would not be what it was: a trigger changes it', 'a linha de {{a}} não seria o que era: um gatilho a altera'],
];

/** Kinds of what is in the way, before its quoted name. */
export const relationKinds: Pairs = [
  ['table', 'tabela'], ['partitioned table', 'tabela particionada'], ['view', 'visão'], ['materialised view', 'visão materializada'], ['foreign table', 'tabela externa'], ['sequence', 'sequência'], ['index', 'índice'],
  ['and {{a}} more', 'e mais {{a}}'], ['type', 'tipo'], ['function', 'função'],
];
