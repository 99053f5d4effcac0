export { freshDatabase, hasPostgres, testPostgres, configOf } from './postgres.ts';
export type { TestDatabase } from './postgres.ts';
export { tempFolder } from './temp-folder.ts';
export type { TempFolder } from './temp-folder.ts';
export { commandLineEntry, commandLineModule } from './command-line-entry.ts';
export { corpusCopy, corpusFolder, corpusPath, hasCorpus } from './corpus.ts';
export { buildSqlite } from './sqlite-file.ts';
export { hasSmallDisk, smallDisk } from './small-disk.ts';
export { testSeed } from './test-seed.ts';
