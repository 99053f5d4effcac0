/**
 * audit: who did what, as lines that hang together. chain: lines from one start on, each with the HMAC of itself and of the mac before it.
 * anchor: where the chain stood, kept outside of this file by core/guard. All of it runs in the store's thread.
 */
import { createHash, createHmac } from 'node:crypto';
import type { AuditLine, AuditProblem } from '../../shared/model/guard.ts';
import type { SqliteDb } from '../drivers/sqlite/types.ts';

export type AuditEntry = Omit<AuditLine, 'seq'>;

/** What was appended: its place and mac, and the mac of the line its chain begins with. */
export interface AuditHead {
  readonly seq: number;
  readonly mac: string;
  readonly start: string;
}

export interface AuditFilter {
  readonly who?: string;
  readonly call?: string;
  readonly from?: string;
  readonly to?: string;
}

export interface ChainedLine extends AuditLine {
  readonly prev: string | null;
  readonly mac: string | null;
}

export interface ChainState {
  readonly lines: number;
  readonly unchained: number;
  readonly problems: AuditProblem[];
}

const startMark = 'start:';

/** The fields of a line in one way only; the version names the way. */
export function macOf(key: string, line: Omit<ChainedLine, 'mac'>): string {
  return createHmac('sha256', Buffer.from(key, 'base64')).update(JSON.stringify(['travessia-audit/1', line.prev, line.seq, line.at, line.who, line.call, line.detail, line.outcome])).digest('hex');
}

export function createAudit(db: SqliteDb) {
  const columns = 'seq, at, who, call, detail, outcome, prev, mac';
  const insert = (line: ChainedLine): void => {
    db.prepare(`INSERT INTO audit (${columns}) VALUES (@seq, @at, @who, @call, @detail, @outcome, @prev, @mac)`).run(line);
  };
  const nextSeq = (): number => (db.prepare<unknown[], { seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").get()?.seq ?? 0) + 1;
  const lastMac = (): string | null => db.prepare<unknown[], { mac: string }>('SELECT mac FROM audit WHERE mac IS NOT NULL ORDER BY seq DESC LIMIT 1').get()?.mac ?? null;
  const lastStart = (): string => db.prepare<unknown[], { mac: string }>(`SELECT mac FROM audit WHERE prev >= '${startMark}' AND prev < 'start;' ORDER BY seq DESC LIMIT 1`).get()?.mac ?? '';

  /** Of all lines before one: a chain that begins after them holds them as they were. */
  function digestBefore(seq: number): string {
    const hash = createHash('sha256');
    for (const line of db.prepare<unknown[], ChainedLine>(`SELECT ${columns} FROM audit WHERE seq < ? ORDER BY seq`).iterate(seq)) hash.update(JSON.stringify([line.seq, line.at, line.who, line.call, line.detail, line.outcome, line.prev, line.mac]));
    return hash.digest('hex');
  }

  function holds(seq: number, mac: string): boolean {
    return db.prepare('SELECT 1 FROM audit WHERE seq = ? AND mac = ?').get(seq, mac) !== undefined;
  }

  function put(entry: AuditEntry, key: string | null, isStart: boolean): AuditHead | null {
    const seq = nextSeq();
    const { at, who, call, detail, outcome } = entry;
    if (key === null) {
      insert({ seq, at, who, call, detail, outcome, prev: null, mac: null });
      return null;
    }
    const prev = (isStart ? null : lastMac()) ?? startMark + digestBefore(seq);
    const line = { seq, at, who, call, detail, outcome, prev };
    const mac = macOf(key, line);
    insert({ ...line, mac });
    return { seq, mac, start: prev.startsWith(startMark) ? mac : lastStart() };
  }

  return {
    /**
     * One line at the end of the chain; several processes may do so at once.
     *
     * @param key base64; null where the secret store cannot be read: the line is kept and is not provable
     */
    append: (entry: AuditEntry, key: string | null = null): AuditHead | null => db.transaction(() => put(entry, key, false)).immediate(),
    /** A line that begins a new chain and holds everything before it as it stands now. */
    begin: (entry: AuditEntry, key: string): AuditHead | null => db.transaction(() => put(entry, key, true)).immediate(),
    holds,
    /** Newest first. */
    page(request: AuditFilter & { readonly before?: number; readonly limit: number }): AuditLine[] {
      const where = ['TRUE', ...(request.before === undefined ? [] : ['seq < @before']), ...(request.who === undefined ? [] : ["who LIKE @who ESCAPE '!'"]), ...(request.call === undefined ? [] : ["call LIKE @call ESCAPE '!'"]),
        ...(request.from === undefined ? [] : ['at >= @from']), ...(request.to === undefined ? [] : ['at < @to'])];
      const like = (text: string | undefined): string => `%${(text ?? '').replaceAll(/[!%_]/g, '!$&')}%`;
      return db.prepare<unknown[], AuditLine>(`SELECT seq, at, who, call, detail, outcome FROM audit WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT @limit`)
        .all({ before: request.before ?? 0, limit: request.limit, who: like(request.who), call: like(request.call), from: request.from ?? '', to: request.to ?? '' });
    },
    /** Oldest first, with the chain. */
    lines: (after: number, limit: number): ChainedLine[] => db.prepare<unknown[], ChainedLine>(`SELECT ${columns} FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`).all(after, limit),
    /** @param anchor where the chain stood when it was last noted outside of this file; null where nothing was ever noted */
    check(key: string | null, anchor: AuditHead | null): ChainState {
      const counts = db.prepare<unknown[], { lines: number; unchained: number; last: number | null }>('SELECT count(*) AS lines, count(*) FILTER (WHERE mac IS NULL) AS unchained, max(seq) AS last FROM audit').get() ?? { lines: 0, unchained: 0, last: null };
      const found = new Map<AuditProblem['kind'], number | null>();
      const report = (kind: AuditProblem['kind'], seq: number | null): void => { if (!found.has(kind)) found.set(kind, seq); };
      const state = (): ChainState => ({ lines: counts.lines, unchained: counts.unchained, problems: [...found].map(([kind, seq]) => ({ kind, seq })) });
      const isChained = counts.lines > counts.unchained;
      if (key === null || anchor === null) {
        if (isChained || counts.lines > 0) report('no-anchor', null);
        return state();
      }
      const proves = (line: ChainedLine): boolean => line.mac !== null && macOf(key, line) === line.mac;
      const starts = db.prepare<unknown[], ChainedLine>(`SELECT ${columns} FROM audit WHERE prev >= '${startMark}' AND prev < 'start;' ORDER BY seq DESC`).all();
      const start = starts.find(proves) ?? starts.at(-1);
      if (start === undefined) {
        // Chained lines without a beginning, or none at all where some were noted.
        if (isChained || anchor.seq > 0) report('rebuilt', db.prepare<unknown[], { seq: number }>('SELECT seq FROM audit WHERE mac IS NOT NULL ORDER BY seq LIMIT 1').get()?.seq ?? 1);
        return state();
      }
      // Lost together with the secret store: then only the first line tells whose the chain is.
      const isForeign = anchor.start === '' ? !proves(start) : anchor.start !== start.mac;
      if (isForeign) report('rebuilt', start.seq);
      const end = walk(start, proves, report, isForeign);
      if (proves(start) && start.prev !== startMark + digestBefore(start.seq)) report('changed', null);
      if (anchor.seq > end) report('truncated', end + 1);
      else if (anchor.seq > 0 && !holds(anchor.seq, anchor.mac) && found.size === 0) report('rebuilt', anchor.seq);
      return state();
    },
  };

  /**
   * Goes through a chain from its first line. First lines of which none is proved were made by another key: they are told as one, once.
   *
   * @returns the last line's number
   */
  function walk(start: ChainedLine, proves: (line: ChainedLine) => boolean, report: (kind: AuditProblem['kind'], seq: number) => void, isForeign: boolean): number {
    let last = start.seq - 1;
    let mac: string | null = start.prev;
    let isTrusted = true;
    let leading: number | null = 0;
    const endLeading = (): void => {
      if (leading === 1 && !isForeign) report('changed', start.seq);
      else if (leading !== null && leading > 1) report('rebuilt', start.seq);
      leading = null;
    };
    for (const line of db.prepare<unknown[], ChainedLine>(`SELECT ${columns} FROM audit WHERE seq >= ? ORDER BY seq`).iterate(start.seq)) {
      const isGap: boolean = line.seq !== last + 1;
      if (isGap) report('missing', last + 1);
      last = line.seq;
      if (line.mac === null) {
        report('unproven', line.seq);
        continue;
      }
      const isProved = proves(line);
      if (isProved) endLeading();
      else if (leading === null) report('changed', line.seq);
      else leading += 1;
      if (isProved && isTrusted && !isGap && line.prev !== mac) report('rebuilt', line.seq);
      isTrusted = isProved;
      mac = line.mac;
    }
    endLeading();
    return last;
  }
}
