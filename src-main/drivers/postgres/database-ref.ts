export const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export const targetAttributes = ['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const;
export type TargetAttributes = (typeof targetAttributes)[number];

/** One place where a server may be: a name, an address, or the folder of a Unix socket (starts with `/`). */
export interface PostgresHost {
  readonly host: string;
  readonly port: number | null;
}

/** A PostgreSQL server as somebody named it; what is absent comes from the environment (`resolvePostgres`). */
export interface PostgresRef {
  readonly kind: 'postgres';
  readonly hosts: readonly PostgresHost[];
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passFile?: string;
  readonly service?: string;
  readonly sslMode?: SslMode;
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslPassword?: string;
  /** Seconds; 0 waits for ever. */
  readonly connectTimeout?: number;
  readonly applicationName?: string;
  /** Command-line options for the session, as in libpq (`-c name=value`). */
  readonly options?: string;
  readonly targetAttributes?: TargetAttributes;
}

/** Every form in which a database can be named (design: command-line.md). */
export type DatabaseRef =
  | PostgresRef
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'embedded'; readonly name: string }
  | { readonly kind: 'pglite'; readonly path: string }
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'saved'; readonly name: string };
