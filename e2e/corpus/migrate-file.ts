/** One migration of a file that a test built, with everything a test asks about afterwards. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import type { RunResult } from '../../shared/model/run.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { freshDatabase, type TestDatabase } from '../../src-main/test-support/index.ts';
import { describeSchema, type SchemaShape } from './catalog.ts';
import { command, resultOf, splitUrl, type Ended } from './command-line.ts';
import { everyCell, hasEveryCell } from './every-cell.ts';

const judge = hasEveryCell();

export interface Migration extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly session: PgSession;
  /** The target's URL, without its password. */
  readonly target: string;
  /** The console's home, and the file's folder. */
  readonly folder: string;
  /** Runs another command against the same target and the same console. */
  run(words: readonly string[]): Promise<Ended>;
  migrate(more?: readonly string[]): Promise<{ readonly exit: number | null; readonly result: RunResult; readonly stderr: string }>;
  shape(schema?: string): Promise<SchemaShape>;
  /** Asks the outside judge, where it can be had. */
  expectEveryCell(result: RunResult): void;
}

/** @param path - of the SQLite file; the judge gets a copy, made before anything else opens it */
export async function migrationOf(path: string, folder: string): Promise<Migration> {
  const seen = join(`${path}.seen`, basename(path));
  mkdirSync(`${path}.seen`, { recursive: true });
  copyFileSync(path, seen);
  const database = await freshDatabase();
  const session = await database.connect();
  const target = splitUrl(database.url);
  const run: Migration['run'] = (words) => command(words, { home: folder, password: target.password });
  return {
    database, session, folder, run, target: target.url,
    async migrate(more = []) {
      const ended = await run(['migrate', path, '--target', target.url, '--format', 'json', ...more]);
      return { exit: ended.code, result: resultOf(ended), stderr: ended.stderr };
    },
    shape: (schema = 'public') => describeSchema(session, schema),
    expectEveryCell(result) {
      if (judge) expect(everyCell(seen, database.direct, result, folder)).toMatchObject({ code: 0 });
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
    },
  };
}
