import Database from 'better-sqlite3';

/** Keys seen so far, however many: beyond a number they go to a file of SQLite that vanishes when closed. */
export interface KeySet extends Disposable {
  /** False where it was there already. */
  add(key: string): boolean;
}

const inMemory = 200_000;

export function createKeySet(): KeySet {
  let few: Set<string> | null = new Set();
  let file: { db: Database.Database; insert: Database.Statement<[Buffer]> } | null = null;
  const spill = (keys: Iterable<string>): NonNullable<typeof file> => {
    const db = new Database('');
    db.pragma('cache_size = -20000');
    db.exec('CREATE TABLE k (key BLOB PRIMARY KEY) WITHOUT ROWID; BEGIN');
    const insert = db.prepare<[Buffer]>('INSERT OR IGNORE INTO k VALUES (?)');
    // UTF-16 keeps half surrogate pairs apart.
    for (const key of keys) insert.run(Buffer.from(key, 'utf16le'));
    return { db, insert };
  };
  return {
    add(key) {
      if (few !== null) {
        if (few.has(key)) return false;
        few.add(key);
        if (few.size > inMemory) {
          file = spill(few);
          few = null;
        }
        return true;
      }
      return file !== null && file.insert.run(Buffer.from(key, 'utf16le')).changes === 1;
    },
    [Symbol.dispose]() {
      file?.db.close();
    },
  };
}
