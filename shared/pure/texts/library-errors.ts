/** Sentences of libraries and of what reads them, as the core says them and in Portuguese. */
export const libraryMessages: readonly (readonly [en: string, ptBR: string])[] = [
  ['There is no such library.', 'Não há essa biblioteca.'],
  ['There is a library named "{{a}}" already.', 'Já há uma biblioteca chamada "{{a}}".'],
  ['"{{a}}" is not on a PostgreSQL server; nothing can be changed in it from here.', '"{{a}}" não está em um servidor PostgreSQL; nada pode ser alterado nela daqui.'],
  ['The connection of "{{a}}" is marked read-only.', 'A conexão de "{{a}}" está marcada como somente leitura.'],
  ['A replica is read as it was made.', 'Uma réplica é lida como foi feita.'],
  ['"{{a}}" is an offline replica.', '"{{a}}" é uma réplica offline.'],
  ['"{{a}}" is read directly from its server; there is no copy to refresh.', '"{{a}}" é lida direto do servidor; não há cópia para atualizar.'],
  ['{{a}} is a JSON export; conversations are read from SQLite, PGlite and PostgreSQL.', '{{a}} é uma exportação JSON; conversas são lidas de SQLite, PGlite e PostgreSQL.'],
  ['The mapping says neither where messages are nor which column holds them ({{a}}).', 'O mapeamento não diz onde estão as mensagens nem que coluna as contém ({{a}}).'],
  ['The mapping names the table {{a}}, which is not there ({{b}}).', 'O mapeamento nomeia a tabela {{a}}, que não existe ({{b}}).'],
  ['The mapping names the column {{a}}, which {{b}} has not ({{c}}).', 'O mapeamento nomeia a coluna {{a}}, que {{b}} não tem ({{c}}).'],
  ['Reading {{a}} was cancelled.', 'A leitura de {{a}} foi cancelada.'],
];

export const libraryHints: readonly (readonly [en: string, ptBR: string])[] = [
  ['It may have been removed: see the list of libraries.', 'Pode ter sido removida: veja a lista de bibliotecas.'],
  ['Change the connection, if you may.', 'Altere a conexão, se tiver permissão.'],
  ['Change the mapping of the library it was copied from, and make the replica anew.', 'Altere o mapeamento da biblioteca de onde ela foi copiada e crie a réplica de novo.'],
  ['Revoke the replica: that destroys its key and its data too.', 'Revogue a réplica: isso destrói também a chave e os dados dela.'],
  ['Refresh the replica (replicas/refresh).', 'Atualize a réplica (replicas/refresh).'],
  ['Searching needs an index: see libraries/index-plan.', 'A busca precisa de um índice: veja libraries/index-plan.'],
  ['Migrate the export into a database first.', 'Migre antes a exportação para um banco.'],
  ['Look at the tables and columns of the database and correct the mapping.', 'Veja as tabelas e colunas do banco e corrija o mapeamento.'],
  ['Perhaps {{a}} is meant.', 'Talvez se trate de {{a}}.'],
];
