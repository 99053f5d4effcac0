import { readFileSync, statSync } from 'node:fs';

export interface PasswordFor {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * Looks a password up in a file of the form of `~/.pgpass` (PostgreSQL manual 34.16): `host:port:database:user:password`,
 * `*` for anything, `\:` and `\\` as escapes; the first fitting line wins. A file that others may read is ignored, as libpq does.
 * A Unix socket (folder as host) is looked up as `localhost` too.
 */
export function passwordFromFile(path: string, wanted: PasswordFor): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) return null;
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) return null;
  const hosts = wanted.host.startsWith('/') ? [wanted.host, 'localhost'] : [wanted.host];
  for (const line of readLines(path)) {
    const fields = splitFields(line);
    const [host, port, database, user, password] = fields;
    if (host === undefined || port === undefined || database === undefined || user === undefined || password === undefined) continue;
    const fits = (pattern: string, value: string): boolean => pattern === '*' || unescape(pattern) === value;
    if (hosts.some((each) => fits(host, each)) && fits(port, String(wanted.port)) && fits(database, wanted.database) && fits(user, wanted.user)) return unescape(password);
  }
  return null;
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  } catch {
    return [];
  }
}

/** Splits at colons that no backslash escapes, and leaves the escapes, so that `\*` is not a wildcard. */
function splitFields(line: string): string[] {
  return [...line.matchAll(/(?:[^:\\]|\\.|\\$)*(?::|$)/g)].map((match) => match[0].replace(/(?<!\\)((?:\\\\)*):$/, '$1')).slice(0, 5);
}

function unescape(field: string): string {
  return field.replaceAll(/\\(.)/g, '$1');
}
