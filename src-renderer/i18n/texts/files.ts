import type { Texts } from '../texts.ts';

export const en = {
  choose: 'Choose…',
  title: 'Choose a file',
  where: 'Files of the machine the console runs on',
  folder: 'Folder',
  up: 'Up one folder',
  goTo: 'Open folder',
  entries: 'Folder contents',
  empty: 'This folder holds no file.',
  onlySqlite: 'SQLite files only',
  sqlite: 'SQLite',
  use: 'Use this file',
} as const;

export const ptBR: Texts<typeof en> = {
  choose: 'Escolher…',
  title: 'Escolher um arquivo',
  where: 'Arquivos da máquina em que o console é executado',
  folder: 'Pasta',
  up: 'Subir uma pasta',
  goTo: 'Abrir pasta',
  entries: 'Conteúdo da pasta',
  empty: 'Esta pasta não contém arquivos.',
  onlySqlite: 'Apenas arquivos SQLite',
  sqlite: 'SQLite',
  use: 'Usar este arquivo',
};
