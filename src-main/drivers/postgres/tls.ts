import { existsSync, readFileSync } from 'node:fs';
import { checkServerIdentity } from 'node:tls';
import type { ConnectionOptions, PeerCertificate } from 'node:tls';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PostgresConfig } from './environment.ts';
import { isTlsProblem, sqlState } from './errors-map.ts';

/** One try at a server: without TLS, or with these options. */
export type TlsAttempt = false | ConnectionOptions;

/**
 * The attempts that a mode of libpq allows, in order (PostgreSQL manual 34.19, table 34.1).
 * allow: plain, then TLS. prefer: TLS, then plain. require encrypts without checking, but checks the authority where a root
 * certificate exists, as libpq does. Unix sockets never use TLS.
 *
 * @throws TravessiaError TLS_FAILED where a certificate file that the mode needs is missing
 */
export function tlsAttempts(config: PostgresConfig, host: string): TlsAttempt[] {
  if (host.startsWith('/') || config.sslMode === 'disable') return [false];
  const options = tlsOptions(config, host);
  if (config.sslMode === 'allow') return [false, options];
  return config.sslMode === 'prefer' ? [options, false] : [options];
}

/** Whether the next attempt may be made after this error: only where TLS itself, or the server's rule about it, was the reason. */
export function mayTryOther(error: unknown): boolean {
  return isTlsProblem(error) || sqlState(error) === '28000';
}

function tlsOptions(config: PostgresConfig, host: string): ConnectionOptions {
  const { sslMode } = config;
  const root = config.sslRootCert;
  const system = root === 'system';
  const hasRoot = root !== null && (system || existsSync(root));
  const mustVerify = sslMode === 'verify-ca' || sslMode === 'verify-full';
  if (mustVerify && !hasRoot) {
    throw new TravessiaError('TLS_FAILED', {
      message: `sslmode=${sslMode} needs a root certificate; there is none at ${root ?? '~/.postgresql/root.crt'}.`,
      hint: 'Give sslrootcert=FILE, or sslrootcert=system to trust the authorities of this computer.',
    });
  }
  const verify = mustVerify || (sslMode === 'require' && hasRoot);
  const checksName = sslMode === 'verify-full' || (system && verify);
  return {
    rejectUnauthorized: verify,
    // Node would check the name even for verify-ca; libpq does not. An address as host is checked as such.
    checkServerIdentity: checksName ? (_name: string, certificate: PeerCertificate) => checkServerIdentity(host, certificate) : () => undefined,
    ...(hasRoot && !system && root !== null ? { ca: readCertificate(root) } : {}),
    ...(config.sslCert === null || config.sslKey === null ? {} : { cert: readCertificate(config.sslCert), key: readCertificate(config.sslKey) }),
    ...(config.sslPassword === null ? {} : { passphrase: config.sslPassword }),
  };
}

function readCertificate(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new TravessiaError('TLS_FAILED', { message: `The certificate file ${path} cannot be read.`, hint: 'Check sslrootcert, sslcert and sslkey.', cause: error });
  }
}
