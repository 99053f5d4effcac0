/** The structure of a SQLite database as read from its catalog; see drivers/sqlite/catalog.ts. Not stored, so no schema. */
export interface SqliteColumn {
  readonly name: string;
  readonly declared: string;
  readonly notNull: boolean;
  /** Default expression as SQLite's text. */
  readonly default: string | null;
  /** 1-based position in the primary key, 0 when not part of it. */
  readonly pk: number;
  /** 0 ordinary, 1 hidden column of a virtual table, 2 virtual generated, 3 stored generated (pragma table_xinfo). */
  readonly hidden: 0 | 1 | 2 | 3;
}

export interface SqliteIndexColumn {
  /** null for an expression. */
  readonly name: string | null;
  readonly desc: boolean;
  readonly collation: string;
}

export interface SqliteIndex {
  readonly name: string;
  readonly unique: boolean;
  /** c: CREATE INDEX, u: UNIQUE constraint, pk: PRIMARY KEY. */
  readonly origin: 'c' | 'u' | 'pk';
  readonly partial: boolean;
  readonly columns: readonly SqliteIndexColumn[];
  /** null for automatic indexes. */
  readonly sql: string | null;
}

export interface SqliteForeignKey {
  readonly id: number;
  readonly columns: readonly string[];
  readonly parent: string;
  /** Resolved to the parent's primary key where the declaration omits them; empty where that is impossible. */
  readonly parentColumns: readonly string[];
  readonly onUpdate: string;
  readonly onDelete: string;
  readonly match: string;
}

/** What a virtual table of a known module (fts3, fts4, fts5, rtree) is. */
export interface SqliteVirtual {
  readonly module: string;
  /** rows: its own, so that it is read as a table; index: words of another table's rows; nothing: words without the rows they came from. */
  readonly holds: 'rows' | 'index' | 'nothing';
  /** The table whose rows an index describes. */
  readonly content?: string;
  /** Columns that are kept but not searched. */
  readonly unindexed: readonly string[];
  readonly tokenizer: string;
}

export interface SqliteTable {
  readonly name: string;
  /** A virtual table that keeps rows of its own and can be read is a `table`, with its hidden row number as the key; see `virtual`. */
  readonly kind: 'table' | 'virtual' | 'shadow';
  readonly virtual?: SqliteVirtual;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly sql: string;
  /** `rowid`, `_rowid_` or `oid`, whichever no column shadows; null for WITHOUT ROWID or where all three are columns. */
  readonly rowidName: string | null;
  /** The INTEGER PRIMARY KEY column, where there is one. */
  readonly rowidAlias: string | null;
  readonly autoincrement: boolean;
  /** sqlite_sequence's value, decimal text, where the table is AUTOINCREMENT and has had rows. */
  readonly sequence: string | null;
  readonly columns: readonly SqliteColumn[];
  readonly indexes: readonly SqliteIndex[];
  readonly foreignKeys: readonly SqliteForeignKey[];
  /** Set where SQLite itself cannot open it (missing module, malformed schema). */
  readonly error: string | null;
}

export interface SqliteView {
  readonly name: string;
  readonly sql: string;
  /** Output columns, null where the view is broken. */
  readonly columns: readonly string[] | null;
  readonly error: string | null;
}

export interface SqliteTrigger {
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

export interface SqliteCatalog {
  readonly tables: readonly SqliteTable[];
  readonly views: readonly SqliteView[];
  readonly triggers: readonly SqliteTrigger[];
  readonly encoding: string;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly freePages: number;
  readonly journalMode: string;
  readonly userVersion: number;
  readonly applicationId: number;
  readonly sqliteVersion: string;
}
