/** The text is not a statement SQLite would accept, or not one of the expected kind. */
export class SqliteSyntaxError extends Error {
  readonly position: number;
  constructor(message: string, position: number) {
    super(`${message} (at character ${position + 1})`);
    this.name = 'SqliteSyntaxError';
    this.position = position;
  }
}

/** The meaning cannot be carried to PostgreSQL faithfully. `reason` is plain English, made for a list people read. */
export class Untranslatable extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super(reason);
    this.name = 'Untranslatable';
    this.reason = reason;
  }
}
