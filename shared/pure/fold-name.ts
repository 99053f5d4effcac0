/**
 * A name as SQLite compares names: the letters A to Z in any case are one, others are not, `É` and `é` are two columns
 * (sqlite3StrICmp, sqlite.org/src, src/util.c). For names of a SQLite file, not for those of the target.
 */
export function foldName(name: string): string {
  // Asked of every pair of names: most have nothing to fold.
  if (!/[A-Z]/.test(name)) return name;
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** True where SQLite takes both for one name. */
export function sameName(one: string | null | undefined, other: string | null | undefined): boolean {
  return one === other || (one != null && other != null && one.length === other.length && foldName(one) === foldName(other));
}
