import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { DatabaseRef, PostgresHost, PostgresRef } from './database-ref.ts';
import { parseKeywords, withParameters } from './libpq-parameters.ts';

export interface ParseOptions {
  /** Names of saved connections: they win over file names. */
  readonly savedNames?: readonly string[];
  /** Tells whether a file of that path exists; decides for a bare word. Pure callers leave it out. */
  readonly fileExists?: (path: string) => boolean;
}

const scheme = /^([a-z][a-z0-9]*)(\+[a-z0-9_]+)?:/i;

/**
 * Reads any form in which a database can be named: a path, `sqlite:`, `postgres://` (with or without a driver), libpq's
 * `host=… dbname=…`, `embedded[:NAME]`, `pglite:DIR`, `json:FILE`, or the name of a saved connection. Reads no file.
 *
 * @throws TravessiaError INVALID_INPUT naming the part that is wrong; a password never appears in the message
 */
export function parseDatabase(text: string, options: ParseOptions = {}): DatabaseRef {
  if (text.trim() === '') throw invalid('No database was named.');
  if (options.savedNames?.includes(text) === true) return { kind: 'saved', name: text };
  if (text === 'embedded') return { kind: 'embedded', name: 'main' };
  const kind = scheme.exec(text)?.[1]?.toLowerCase();
  // One letter before the colon is a drive of Windows.
  if (kind !== undefined && kind.length > 1) {
    const rest = text.slice(text.indexOf(':') + 1);
    switch (kind) {
      case 'postgres':
      case 'postgresql': return parsePostgresUrl(text);
      case 'embedded': return { kind: 'embedded', name: embeddedName(rest) };
      case 'sqlite':
      case 'sqlite3': return { kind: 'sqlite', path: sqlitePath(rest) };
      case 'pglite': return { kind: 'pglite', path: needed(rest, 'pglite: needs a folder') };
      case 'json': return { kind: 'json', path: needed(rest, 'json: needs a file') };
      case 'file': return { kind: 'sqlite', path: decode(rest.replace(/^\/\/(localhost)?(?=\/)/, '').replace(/\?.*$/, '')) };
      default:
        if (rest.startsWith('//')) throw invalid(`Databases of the kind "${kind}:" are not supported.`, 'SQLite files, PostgreSQL, embedded, pglite: and json: are.');
    }
  }
  if (/^\s*(host|hostaddr|dbname|user|port|service|password|sslmode)\s*=/.test(text)) return parseKeywords(text);
  const looksLikePath = /[/\\.]/.test(text) || options.fileExists?.(text) === true;
  return looksLikePath ? { kind: 'sqlite', path: text } : { kind: 'saved', name: text };
}

/** SQLAlchemy's rule: three slashes are relative, four absolute. Without slashes the rest is a path as it stands. */
function sqlitePath(rest: string): string {
  if (!rest.startsWith('//')) return needed(rest, 'sqlite: needs a path');
  if (!rest.startsWith('///')) throw invalid('A sqlite URL has three slashes for a relative and four for an absolute path.', 'For example sqlite:///./data.db, or just data.db.');
  // Parameters only where they look like some: a question mark may belong to the name.
  return needed(rest.slice(3).replace(/\?\w+=[^/]*$/, ''), 'sqlite:/// needs a path');
}

function embeddedName(name: string): string {
  const plain = name === '' ? 'main' : name;
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/i.test(plain)) throw invalid(`"${plain}" cannot be the name of an embedded server.`, 'Use up to 40 letters, digits, "-" and "_".');
  return plain;
}

/**
 * The connection URI of libpq (PostgreSQL manual 34.1.1.2): several hosts, Unix sockets percent-encoded or as `?host=`,
 * no database or no user at all. An `@` inside the password is tolerated, as no host can hold one.
 */
function parsePostgresUrl(text: string): PostgresRef {
  const match = /^postgres(?:ql)?(?:\+\w+)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is.exec(text);
  if (match === null) throw invalid('The PostgreSQL URL cannot be read.', 'It looks like postgresql://user@host:5432/database.');
  const [, authority = '', path = '', query = ''] = match;
  const at = authority.lastIndexOf('@');
  const credentials = at < 0 ? null : authority.slice(0, at);
  const colon = credentials?.indexOf(':') ?? -1;
  const user = credentials === null ? '' : decode(colon < 0 ? credentials : credentials.slice(0, colon));
  const ref: PostgresRef = {
    kind: 'postgres',
    hosts: authority.slice(at + 1) === '' ? [] : authority.slice(at + 1).split(',').map(parseHost),
    ...(user === '' ? {} : { user }),
    ...(credentials === null || colon < 0 ? {} : { password: decode(credentials.slice(colon + 1)) }),
    ...(path === '' ? {} : { database: decode(path) }),
  };
  const parameters = query === '' ? [] : query.split('&').map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    if (equals < 0) throw invalid(`The parameter "${decode(pair)}" in the URL has no value.`);
    return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
  return withParameters(ref, parameters);
}

function parseHost(text: string): PostgresHost {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text);
  if (match === null) throw invalid('A host in the URL cannot be read.', 'IPv6 addresses stand in square brackets; special characters of a password are percent-encoded ("/" as %2F).');
  const port = match[2] === undefined || match[2] === '' ? null : Number(match[2]);
  if (port !== null && (port < 1 || port > 65535)) throw invalid(`The port ${port} does not exist.`);
  return { host: decode((match[1] ?? '').replace(/^\[|\]$/g, '')), port };
}

/**
 * The way back, without any secret: what may be stored, shown, logged and put into plans.
 */
export function formatDatabase(ref: DatabaseRef): string {
  switch (ref.kind) {
    case 'sqlite': return ref.path;
    case 'embedded': return ref.name === 'main' ? 'embedded' : `embedded:${ref.name}`;
    case 'pglite': return `pglite:${ref.path}`;
    case 'json': return `json:${ref.path}`;
    case 'saved': return ref.name;
    case 'postgres': return formatPostgres(ref);
  }
}

function formatPostgres(ref: PostgresRef): string {
  const sockets = ref.hosts.some((each) => each.host.startsWith('/'));
  const hosts = ref.hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}${port === null ? '' : `:${port}`}`).join(',');
  const parameters: [string, string | undefined][] = [
    ['host', sockets ? ref.hosts.map((each) => each.host).join(',') : undefined],
    ['port', sockets && ref.hosts.some((each) => each.port !== null) ? ref.hosts.map((each) => each.port ?? '').join(',') : undefined],
    ['service', ref.service], ['sslmode', ref.sslMode], ['sslrootcert', ref.sslRootCert], ['sslcert', ref.sslCert], ['sslkey', ref.sslKey],
    ['passfile', ref.passFile], ['connect_timeout', ref.connectTimeout?.toString()], ['application_name', ref.applicationName],
    ['options', ref.options], ['target_session_attrs', ref.targetAttributes],
  ];
  const query = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value).replaceAll('%2F', '/')}`])).join('&');
  const user = ref.user === undefined ? '' : `${encodeURIComponent(ref.user)}@`;
  return `postgresql://${user}${sockets ? '' : hosts}/${encodeURIComponent(ref.database ?? '')}${query === '' ? '' : `?${query}`}`;
}

/** Removes passwords from a text that names a database, for logs and messages; leaves anything else as it is. */
export function redactUrl(text: string): string {
  return text
    .replace(/(\b[a-z][a-z0-9+]*:\/\/)(\S*)@/gi, (_all, start: string, credentials: string) => `${start}${credentials.split(':', 1)[0] ?? ''}@`)
    .replace(/\b(password|sslpassword)(\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]*)/gi, '$1$2***');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid('A percent sign in the URL does not start an escape.', 'Write a literal percent sign as %25.');
  }
}

function needed(value: string, message: string): string {
  if (value === '') throw invalid(`${message}.`);
  return value;
}

function invalid(message: string, hint?: string): TravessiaError {
  return new TravessiaError('INVALID_INPUT', hint === undefined ? { message } : { message, hint });
}
