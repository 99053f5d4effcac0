import { existsSync } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Headroom } from '../../../shared/model/headroom.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { PostgresConfig } from '../../drivers/postgres/index.ts';
import type { SqlSession } from './sql.ts';

/** PostgreSQL's own default (manual 19.5). */
const defaultMaxWal = 1024 ** 3;
/** What the estimate may be short of. */
const margin = 1.1;

/** Bytes free for this program where a folder lies; the nearest folder above that is there. */
export async function freeBytes(folder: string): Promise<number> {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const { bavail, bsize } = await statfs(at);
  return bavail * bsize;
}

/** The assessments' estimates, less what the plan leaves behind: tables, and rows that no filter lets through. */
function targetBytes(plan: Plan, assessments: readonly Assessment[]): number {
  return Math.round(assessments.reduce((sum, { database, tables, estimate }) => {
    const weight = ({ rows, payloadBytes }: Assessment['tables'][number]): number => Number(rows) * 28 + Number(payloadBytes);
    const all = tables.reduce((total, table) => total + weight(table), 0);
    const crossing = tables.reduce((total, table) => {
      const planned = plan.tables.find(({ source, include }) => include && source.database === database && source.table === table.name);
      return total + (planned === undefined || table.rows === '0' ? 0 : (weight(table) * Number(planned.rows)) / Number(table.rows));
    }, 0);
    return sum + (all === 0 ? 0 : (estimate.targetBytes * crossing) / all);
  }, 0));
}

interface ServerSpace {
  readonly maxWal: number | null;
  /** True where the server keeps all of its write-ahead log for somebody: an archive, or a replication slot. */
  readonly keepsWal: boolean;
  /** Null where the role may not see it. */
  readonly folder: string | null;
}

async function readServer(session: SqlSession): Promise<ServerSpace> {
  const { rows } = await session.query(
    `SELECT pg_size_bytes(current_setting('max_wal_size'))::text AS wal, (current_setting('archive_mode') <> 'off' OR EXISTS (SELECT FROM pg_replication_slots))::text AS keeps,
            (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS folder`,
  );
  const row = rows[0] ?? {};
  return { maxWal: row['wal'] == null ? null : Number(row['wal']), keepsWal: row['keeps'] === 'true', folder: row['folder'] ?? null };
}

/** A server's data folder where it lies on this machine for certain: its socket, or its own postmaster.pid with its port, is here. */
async function localFolder(folder: string | null, { endpoints }: PostgresConfig): Promise<string | null> {
  const [endpoint] = endpoints;
  if (folder === null || endpoint === undefined || !existsSync(folder)) return null;
  if (endpoint.host.startsWith('/')) return folder;
  if (!['127.0.0.1', '::1', 'localhost'].includes(endpoint.host)) return null;
  const lines = await readFile(join(folder, 'postmaster.pid'), 'utf8').then((text) => text.split('\n'), () => []);
  return lines[3]?.trim() === String(endpoint.port) ? folder : null;
}

export interface HeadroomInput {
  readonly plan: Plan;
  readonly assessments: readonly Assessment[];
  /** A session on the target; null where none was opened to ask. */
  readonly session: SqlSession | null;
  readonly config: PostgresConfig | null;
  /** Of the embedded server: where it lies, also before it was ever started. */
  readonly dataFolder: string | null;
  readonly freeOf?: (folder: string) => Promise<number>;
}

/**
 * Space that a run takes in the target, and what is free there where that can be known. Everything is written to the log once, the
 * rows and the finished index pages; the server gives the log's files back beyond `max_wal_size` (manual 30.5), unless it keeps them.
 */
export async function headroomOf({ plan, assessments, session, config, dataFolder, freeOf = freeBytes }: HeadroomInput): Promise<Headroom> {
  const server = session === null ? null : await readServer(session).catch(() => null);
  const target = targetBytes(plan, assessments);
  const wal = Math.round(target * margin);
  const maxWal = server?.maxWal ?? null;
  const kept = server?.keepsWal === true ? wal : Math.min(wal, maxWal ?? defaultMaxWal);
  const local = config === null ? null : await localFolder(server?.folder ?? null, config);
  const folder = dataFolder ?? local;
  const free = folder === null ? null : await freeOf(folder).catch(() => null);
  const need = Math.round(target * margin) + kept;
  return { targetBytes: target, walBytes: wal, walKeptBytes: kept, maxWalBytes: maxWal, needBytes: need, freeBytes: free, enough: free === null ? null : free >= need };
}

/** A size as it stands in messages. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const unit = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  return `${Number((bytes / 1024 ** unit).toPrecision(3))} ${units[unit]}`;
}

/** @throws TravessiaError DISK_FULL with the numbers, before anything was begun in the target */
export function assertHeadroom({ targetBytes: target, walKeptBytes, needBytes, freeBytes: free, enough }: Headroom): void {
  if (enough !== false || free === null) return;
  throw new TravessiaError('DISK_FULL', {
    message: `The run needs about ${sizeText(needBytes)} where the target's data lies (tables and indexes ${sizeText(target)}, write-ahead log ${sizeText(walKeptBytes)}); ${sizeText(free)} are free. Nothing was begun.`,
    hint: 'Free some space there, leave tables or rows behind in the plan, or choose another target.', retry: true,
  });
}
