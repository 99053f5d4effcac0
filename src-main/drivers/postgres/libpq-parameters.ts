import { TravessiaError } from '../../../shared/contract/errors.ts';
import { sslModes, targetAttributes } from './database-ref.ts';
import type { PostgresRef } from './database-ref.ts';

/** Accepted and without effect here: pg has no such switch, and none of them weakens a connection. */
const ignored = new Set([
  'client_encoding', 'fallback_application_name', 'keepalives', 'keepalives_idle', 'keepalives_interval', 'keepalives_count', 'tcp_user_timeout',
  'gssencmode', 'krbsrvname', 'load_balance_hosts', 'sslcompression', 'sslsni', 'replication', 'sslnegotiation', 'pgbouncer', 'schema', 'connection_limit', 'pool_timeout',
]);

/**
 * Applies libpq's connection parameters (PostgreSQL manual 34.1.2) to a reference.
 *
 * @throws TravessiaError INVALID_INPUT for an unknown name (a typo must not silently lower security) or a value out of its list
 */
export function withParameters(start: PostgresRef, parameters: ReadonlyArray<readonly [string, string]>): PostgresRef {
  let ref = start;
  for (const [name, value] of parameters) ref = applyOne(ref, name.toLowerCase(), value);
  return ref;
}

function applyOne(ref: PostgresRef, name: string, value: string): PostgresRef {
  switch (name) {
    case 'host':
    case 'hostaddr': return { ...ref, hosts: value.split(',').map((host, at) => ({ host, port: ref.hosts[at]?.port ?? ref.hosts[0]?.port ?? null })) };
    case 'port': return { ...ref, hosts: withPorts(ref, value.split(',')) };
    case 'dbname': return { ...ref, database: value };
    case 'user': return { ...ref, user: value };
    case 'password': return { ...ref, password: value };
    case 'passfile': return { ...ref, passFile: value };
    case 'service': return { ...ref, service: value };
    case 'ssl': return value === 'true' || value === '1' ? { ...ref, sslMode: ref.sslMode ?? 'require' } : ref;
    case 'sslmode': return { ...ref, sslMode: oneOf(name, value, sslModes) };
    case 'sslrootcert': return { ...ref, sslRootCert: value };
    case 'sslcert': return { ...ref, sslCert: value };
    case 'sslkey': return { ...ref, sslKey: value };
    case 'sslpassword': return { ...ref, sslPassword: value };
    case 'connect_timeout': return { ...ref, connectTimeout: seconds(value) };
    case 'application_name': return { ...ref, applicationName: value };
    case 'options': return { ...ref, options: value };
    case 'target_session_attrs': return { ...ref, targetAttributes: oneOf(name, value, targetAttributes) };
    default:
      if (ignored.has(name)) return ref;
      throw new TravessiaError('INVALID_INPUT', { message: `The connection parameter "${name}" is unknown or not supported.`, hint: 'See "Connection Strings" in the PostgreSQL manual.' });
  }
}

function withPorts(ref: PostgresRef, ports: readonly string[]): PostgresRef['hosts'] {
  const hosts = ref.hosts.length > 0 ? ref.hosts : ports.map(() => ({ host: '', port: null }));
  return hosts.map(({ host }, at) => {
    const text = ports[at] ?? (ports.length === 1 ? ports[0] : '') ?? '';
    if (text !== '' && !/^\d{1,5}$/.test(text)) throw new TravessiaError('INVALID_INPUT', { message: `"${text}" is not a port.` });
    return { host, port: text === '' ? null : Number(text) };
  });
}

function seconds(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new TravessiaError('INVALID_INPUT', { message: `connect_timeout is a number of seconds, not "${value}".` });
  return Number(value);
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new TravessiaError('INVALID_INPUT', { message: `${name} is one of ${allowed.join(', ')}, not "${value}".` });
  return found;
}

/** libpq's keyword/value form: `host=db.example.org dbname='my shop'` (manual 34.1.1.1). */
export function parseKeywords(text: string): PostgresRef {
  const pairs: [string, string][] = [];
  const part = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gsy;
  while (part.lastIndex < text.trimEnd().length) {
    const match = part.exec(text);
    if (match === null) throw new TravessiaError('INVALID_INPUT', { message: 'The connection string cannot be read.', hint: 'It looks like host=localhost port=5432 dbname=shop user=ana.' });
    pairs.push([match[1] ?? '', (match[2] ?? match[3] ?? '').replaceAll(/\\(.)/gs, '$1')]);
  }
  return withParameters({ kind: 'postgres', hosts: [] }, pairs);
}
