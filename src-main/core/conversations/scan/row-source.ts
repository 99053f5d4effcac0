import type { SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Row } from './cells.ts';

export type Dialect = 'sqlite' | 'postgres';

/** A SELECT with the names of its columns, in order. PostgreSQL's columns are cast to text. */
export interface Select {
  readonly sql: string;
  readonly columns: readonly string[];
  /** At most one parameter: a JSON array of keys, written `@keys` or `$1`. */
  readonly keys?: readonly string[];
}

/** Rows of one moment. Streams may overlap. */
export interface RowReader {
  readonly dialect: Dialect;
  all(select: Select): Promise<readonly Row[]>;
  /** In batches of about a thousand. @throws CANCELLED */
  stream(select: Select, signal: AbortSignal): AsyncIterable<readonly Row[]>;
  close(): Promise<void>;
}

/** A database whose rows are read as conversations, whatever it is. Nothing in it is ever changed. */
export interface RowSource {
  readonly dialect: Dialect;
  /** For messages: a path or a URL without its password. */
  readonly name: string;
  /** Tables, views (named in `views` too) and their columns. */
  shape(): Promise<{ readonly shape: SourceShape; readonly views: ReadonlySet<string> }>;
  /** Equal texts: nobody wrote in between. */
  fingerprint(): Promise<string>;
  /** All rows as they stand at one moment, however long it takes to read them. */
  snapshot(signal: AbortSignal): Promise<RowReader>;
  /** The source as it is now, for a few rows; kept open between calls. */
  now(): Promise<RowReader>;
  close(): Promise<void>;
}

export const batchRows = 1000;
