import type { Texts } from '../texts.ts';

export const en = {
  title: 'Audit',
  subtitle: 'Every call that changed something, newest first',
  at: 'When',
  who: 'Who',
  call: 'Call',
  detail: 'Detail',
  outcome: 'Outcome',
  empty: 'Nothing recorded yet',
  emptyHint: 'Whatever changes the console or a database is recorded here with who asked for it and what came of it.',
} as const;

export const ptBR: Texts<typeof en> = {
  title: 'Auditoria',
  subtitle: 'Cada chamada que alterou algo, da mais recente para a mais antiga',
  at: 'Quando',
  who: 'Quem',
  call: 'Chamada',
  detail: 'Detalhe',
  outcome: 'Resultado',
  empty: 'Nada registrado ainda',
  emptyHint: 'Tudo o que altera o console ou um banco de dados fica registrado aqui, com quem pediu e o que resultou.',
};
