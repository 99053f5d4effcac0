import type { Texts } from '../texts.ts';

export const en = {
  find: 'Find runs in a target',
  findHint: 'A target knows the runs that were made into it, even where the console that began them, or its data folder, is lost.',
  findLook: 'Look',
  found: 'Runs that the target knows',
  foundNone: 'No run there',
  foundNoneHint: 'The journal of a run goes when it is completed or rolled back.',
  foundKnown: 'known here',
  foundBusy: 'being worked on',
  foundTables: 'Tables',
  takeOver: 'Take over',
  takeOverRun: 'Take over run {{id}}',
  takeOverHint: 'Taking a run over changes nothing in the target. It can then be completed, rolled back, or resumed while its sources are as they were when it copied them.',
};

export const ptBR: Texts<typeof en> = {
  find: 'Procurar execuções em um destino',
  findHint: 'Um destino conhece as execuções feitas nele, mesmo que o console que as começou, ou a pasta de dados dele, tenha se perdido.',
  findLook: 'Procurar',
  found: 'Execuções que o destino conhece',
  foundNone: 'Nenhuma execução lá',
  foundNoneHint: 'O diário de uma execução sai quando ela é concluída ou revertida.',
  foundKnown: 'conhecida aqui',
  foundBusy: 'em andamento',
  foundTables: 'Tabelas',
  takeOver: 'Assumir',
  takeOverRun: 'Assumir a execução {{id}}',
  takeOverHint: 'Assumir uma execução não muda nada no destino. Depois ela pode ser concluída, revertida ou retomada, enquanto suas origens estiverem como eram quando ela as copiou.',
};
