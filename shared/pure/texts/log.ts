import type { TextCatalogue } from './index.ts';

/** Lines of a job's log. */
export const logTexts: TextCatalogue = {
  en: {
    'log.assess.started': 'Assessing {{source}}',
    'log.assess.done': '{{database}}: {{rows}} rows in {{tables}} tables, grade {{grade}}, {{findings}} findings, {{seconds}} s',
    'log.space.enough': 'The target needs about {{need}} (tables and indexes {{target}}, write-ahead log {{wal}}); {{free}} are free',
    'log.space.unknown': 'The target needs about {{need}} (tables and indexes {{target}}, write-ahead log {{wal}}); how much is free there cannot be seen from here, so it was not checked',
    'log.load.table': '{{table}}: {{loaded}} rows loaded in {{seconds}} s',
    'log.load.rejects': '{{table}}: {{loaded}} rows loaded, {{rejected}} rejected, in {{seconds}} s',
    'log.index.table': '{{table}}: keys, checks and indexes stand',
    'log.objects.listed': '{{kind}} {{name}} does not cross: {{reason}}',
    'log.verify.equal': 'Compared: {{cells}} cells of {{rows}} rows are equal',
    'log.verify.differs': '{{differences}} rows differ between source and target; nothing is swapped',
    'log.swap.again': "The target's tables are in use; the swap is tried again ({{attempt}} of {{attempts}})",
    'log.swap.done': 'The new tables stand in their place',
    'log.rehearsal.done': 'The rehearsal ended; its server is gone with all it held',
    'log.sample.built': '{{files}} sample files built',
    'log.export.done': '{{messages}} messages written',
  },
  'pt-BR': {
    'log.assess.started': 'Avaliando {{source}}',
    'log.assess.done': '{{database}}: {{rows}} linhas em {{tables}} tabelas, nota {{grade}}, {{findings}} constatações, {{seconds}} s',
    'log.space.enough': 'O destino precisa de cerca de {{need}} (tabelas e índices {{target}}, log de transações {{wal}}); {{free}} estão livres',
    'log.space.unknown': 'O destino precisa de cerca de {{need}} (tabelas e índices {{target}}, log de transações {{wal}}); quanto há livre lá não se vê daqui, por isso não foi conferido',
    'log.load.table': '{{table}}: {{loaded}} linhas carregadas em {{seconds}} s',
    'log.load.rejects': '{{table}}: {{loaded}} linhas carregadas, {{rejected}} rejeitadas, em {{seconds}} s',
    'log.index.table': '{{table}}: chaves, verificações e índices estão prontos',
    'log.objects.listed': '{{kind}} {{name}} não passa: {{reason}}',
    'log.verify.equal': 'Comparadas: {{cells}} células de {{rows}} linhas são iguais',
    'log.verify.differs': '{{differences}} linhas diferem entre origem e destino; nada é trocado',
    'log.swap.again': 'As tabelas do destino estão em uso; a troca é tentada outra vez ({{attempt}} de {{attempts}})',
    'log.swap.done': 'As novas tabelas estão no lugar',
    'log.rehearsal.done': 'O ensaio terminou; o servidor dele se foi com tudo o que continha',
    'log.sample.built': '{{files}} arquivos de exemplo criados',
    'log.export.done': '{{messages}} mensagens escritas',
  },
};
