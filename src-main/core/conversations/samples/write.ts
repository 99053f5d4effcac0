import type { AdapterName } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { openSqlite, type SqliteStatement } from '../../../drivers/sqlite/index.ts';
import type { SampleValue } from '../../sample/store.ts';
import { sampleChats, sampleMetrics, type SampleChatOptions } from './chats.ts';
import type { SampleDialect, SampleProgram, SampleRow } from './program.ts';
import { sampleProgram } from './programs/index.ts';

export interface SampleDatabaseOptions extends SampleChatOptions {
  /** Rows of `system_metrics`, where the program has it. Default ten for each conversation. */
  readonly metrics?: number;
}

function* rowsOf(program: SampleProgram, options: SampleDatabaseOptions): Generator<SampleRow> {
  yield* program.first ?? [];
  for (const conversation of sampleChats(options)) yield* program.rows(conversation);
  if (program.metric === undefined) return;
  for (const metric of sampleMetrics(options.metrics ?? options.conversations * 10, options.seed)) yield program.metric(metric);
}

function schemaOf(program: SampleProgram, dialect: SampleDialect): string {
  const schema = program.schema[dialect];
  if (schema === undefined) throw new RangeError(`${program.adapter} does not run on ${dialect}`);
  return schema;
}

/**
 * Writes a new SQLite file as a program would have, with `sampleChats(options)` in it; some ten thousand messages a second.
 * @throws RangeError where the program does not use SQLite
 */
export function writeSampleSqlite(path: string, adapter: AdapterName, options: SampleDatabaseOptions): void {
  const program = sampleProgram(adapter);
  const schema = schemaOf(program, 'sqlite');
  using opened = openSqlite(path, { mode: 'write', create: true });
  const { db } = opened;
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF');
  db.exec(schema);
  const statements = new Map<string, SqliteStatement>();
  const insert = (table: string, columns: readonly string[]): SqliteStatement => {
    const sql = `INSERT INTO ${quoteIdent(table)} (${columns.map(quoteIdent).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  db.transaction(() => {
    for (const [table, row] of rowsOf(program, options)) insert(table, Object.keys(row)).run(...Object.values(row));
  })();
}

/**
 * The same as SQL for PostgreSQL and PGlite, one text to execute after the other: tables first, then rows, a few hundred at a time.
 * @throws RangeError where the program does not use PostgreSQL
 */
export function* sampleStatements(adapter: AdapterName, options: SampleDatabaseOptions): Generator<string, void, undefined> {
  const program = sampleProgram(adapter);
  yield schemaOf(program, 'postgres');
  // In the order in which they came, so that references find what they name.
  let text = '';
  let head = '';
  let rows = 0;
  for (const [table, row] of rowsOf(program, options)) {
    const next = `INSERT INTO ${quoteIdent(table)} (${Object.keys(row).map(quoteIdent).join(', ')}) VALUES `;
    const values = `(${Object.values(row).map(literal).join(', ')})`;
    text += next === head ? `,\n${values}` : `${text === '' ? '' : ';\n'}${next}${values}`;
    head = next;
    rows += 1;
    if (rows % 500 !== 0) continue;
    yield `${text};`;
    text = '';
    head = '';
  }
  if (text !== '') yield `${text};`;
}

function literal(value: SampleValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`;
  return quoteLiteral(String(value));
}
