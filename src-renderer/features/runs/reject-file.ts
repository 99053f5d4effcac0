import type { Client } from '../../../shared/contract/contract.ts';
import type { Reject } from '../../../shared/model/run.ts';

export type RejectFormat = 'json' | 'csv';

const columns = ['run', 'source', 'table', 'key', 'column', 'code', 'reason', 'row'] as const;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** One line of the CSV file (RFC 4180); the whole row stands in its last column as JSON, each value with its type. */
function csvLine(reject: Reject): string {
  return columns.map((name) => quoted(name === 'row' ? JSON.stringify(reject.row) : reject[name])).join(',');
}

interface RejectFileOptions {
  readonly client: Client;
  readonly runId: string;
  readonly format: RejectFormat;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** All rejects of a run as the pieces of one file, fetched page by page. */
export async function rejectFile({ client, runId, format, signal, onProgress }: RejectFileOptions): Promise<readonly string[]> {
  const pieces: string[] = [format === 'csv' ? `${columns.join(',')}\r\n` : '[\n'];
  let after: string | undefined;
  let done = 0;
  for (;;) {
    signal.throwIfAborted();
    const page = await client.call('runs/rejects', { id: runId, limit: 500, ...(after === undefined ? {} : { after }) });
    const lines = page.rows.map((row) => (format === 'csv' ? `${csvLine(row)}\r\n` : JSON.stringify(row)));
    if (lines.length > 0) pieces.push(format === 'csv' ? lines.join('') : `${done === 0 ? '' : ',\n'}${lines.join(',\n')}`);
    done += lines.length;
    onProgress(done, page.total);
    if (page.next === null) break;
    after = page.next;
  }
  if (format === 'json') pieces.push('\n]\n');
  return pieces;
}
