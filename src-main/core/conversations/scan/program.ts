import type { Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Row } from './cells.ts';
import type { DraftMessage } from './read-row.ts';
import type { Dialect, RowReader } from './row-source.ts';
import type { From, TableName } from './sql.ts';

/** What a scan knows of its source. */
export interface ScanContext {
  readonly dialect: Dialect;
  readonly shape: SourceShape;
  readonly mapping: Mapping;
  /** A table beside those of the mapping, in the same schema; null where there is none. */
  beside(name: string): (TableName & { readonly columns: readonly string[] }) | null;
}

/** A row and the messages that the mapping made of it; `complete` adds to them. */
export interface ReadRow {
  readonly row: Row;
  readonly messages: DraftMessage[];
}

/** Where the row behind a key stands, when it is not the mapping's own table. */
export interface Place {
  readonly table: TableName;
  readonly column: string;
  readonly value: string;
}

/** What a program's rows mean beyond what a mapping can say. */
export interface Program {
  /** In place of the mapping's tables, with the same columns and keys as text. */
  conversations?(context: ScanContext): From | null;
  messages?(context: ScanContext): From | null;
  /** Columns of messages that are read besides those of the mapping, where they are there. */
  readonly columns?: readonly string[];
  /** Completes a batch: tool calls, files and what else stands in other tables or columns. */
  complete?(rows: readonly ReadRow[], context: ScanContext, reader: RowReader): Promise<void>;
  /** Column of JSON that holds the messages of conversations without rows of their own. */
  readonly document?: string;
  place?(kind: 'message' | 'conversation', key: string, context: ScanContext): Place | null;
}
