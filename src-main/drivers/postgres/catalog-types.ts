/** The structure of PostgreSQL schemas; every definition is the server's own text with qualified names. */
export interface PgColumn {
  readonly name: string;
  /** format_type: `character varying(20)`, `numeric(10,2)`. */
  readonly type: string;
  readonly notNull: boolean;
  readonly default: string | null;
  /** a: ALWAYS, d: BY DEFAULT. */
  readonly identity: 'a' | 'd' | null;
  /** Expression of a generated column. */
  readonly generated: string | null;
  /** null where it is the type's own. */
  readonly collation: string | null;
  readonly comment: string | null;
}

export interface PgConstraint {
  readonly name: string;
  /** p primary key, u unique, f foreign key, c check, x exclusion, n not null (PostgreSQL 18), t constraint trigger. */
  readonly type: string;
  readonly definition: string;
  readonly validated: boolean;
}

export interface PgIndex {
  readonly name: string;
  readonly definition: string;
  readonly unique: boolean;
  readonly primary: boolean;
  /** False after a CREATE INDEX CONCURRENTLY that failed. */
  readonly valid: boolean;
  /** True where a constraint owns it. */
  readonly ofConstraint: boolean;
}

export interface PgTrigger {
  readonly name: string;
  readonly definition: string;
  /** O origin, D disabled, R replica, A always. */
  readonly enabled: string;
}

export interface PgPolicy {
  readonly name: string;
  readonly command: string;
  readonly permissive: boolean;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
}

export interface PgGrant {
  /** Role, or PUBLIC. */
  readonly grantee: string;
  readonly privilege: string;
  readonly grantable: boolean;
}

export interface PgTable {
  readonly schema: string;
  readonly name: string;
  readonly kind: 'table' | 'partitioned' | 'foreign';
  readonly owner: string;
  readonly unlogged: boolean;
  readonly rowSecurity: boolean;
  readonly forceRowSecurity: boolean;
  /** Qualified name of the partitioned or inherited parent. */
  readonly parent: string | null;
  readonly comment: string | null;
  /** The planner's estimate; -1 before the first ANALYZE. Never a count. */
  readonly estimatedRows: string;
  readonly columns: readonly PgColumn[];
  readonly constraints: readonly PgConstraint[];
  readonly indexes: readonly PgIndex[];
  readonly triggers: readonly PgTrigger[];
  readonly policies: readonly PgPolicy[];
  readonly grants: readonly PgGrant[];
}

export interface PgSequence {
  readonly schema: string;
  readonly name: string;
  readonly owner: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycle: boolean;
  /** null before its first use. */
  readonly lastValue: string | null;
  /** `schema.table.column` it belongs to. */
  readonly ownedBy: string | null;
  readonly grants: readonly PgGrant[];
}

export interface PgView {
  readonly schema: string;
  readonly name: string;
  readonly materialized: boolean;
  readonly owner: string;
  readonly definition: string;
  readonly columns: readonly string[];
  readonly comment: string | null;
  readonly grants: readonly PgGrant[];
}

export interface PostgresCatalog {
  /** Those of the schemas asked for that exist. */
  readonly schemas: readonly { readonly name: string; readonly owner: string; readonly grants: readonly PgGrant[] }[];
  readonly tables: readonly PgTable[];
  readonly sequences: readonly PgSequence[];
  readonly views: readonly PgView[];
  readonly extensions: readonly { readonly name: string; readonly version: string; readonly schema: string }[];
}
