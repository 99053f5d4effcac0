import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { ExportFormat } from '../../../../shared/model/conversation-work.ts';
import type { Language } from '../../../../shared/pure/texts/index.ts';
import type { JobContext } from '../../jobs/jobs.ts';
import { conversationKeys, messageKeys, rowKeys } from '../keys/index.ts';
import { maskLine } from '../masked-line.ts';
import type { Lens } from '../view/index.ts';
import { csvWriter } from './csv.ts';
import { fileNameOf, type ExportedFiles } from './exported-files.ts';
import { jsonWriter, ndjsonWriter } from './json.ts';
import { markdownWriter } from './markdown.ts';
import { pageWriter } from './page.ts';
import { readRecords } from './read-records.ts';
import type { ExportInfo, ExportRecord, Writer } from './records.ts';

export interface ExportRequest {
  readonly query: Query | null;
  /** The search line as typed, for the file to say. */
  readonly line: string;
  readonly conversation: string | null;
  readonly of: 'messages' | 'conversations';
  readonly format: ExportFormat;
  readonly language: Language;
  readonly at: string;
  readonly who: string;
  readonly version: string;
}

function writerOf(format: ExportFormat, language: Language): Writer {
  switch (format) {
    case 'json': return jsonWriter;
    case 'ndjson': return ndjsonWriter;
    case 'csv': return csvWriter;
    case 'markdown': return markdownWriter(language);
    case 'html': return pageWriter(language);
  }
}

/** Who sees everything gets keys as the database has them: to find the rows again. Nothing of it is a link. */
function inClear(record: ExportRecord, open: (key: string) => string): ExportRecord {
  switch (record.kind) {
    case 'conversation': return { ...record, row: conversationKeys(record.row, open) };
    case 'message': return { ...record, row: messageKeys(record.row, open) };
    case 'task': return { ...record, row: rowKeys(record.row, open) };
    case 'event': return { ...record, row: rowKeys(record.row, open) };
  }
}

/** Characters gathered before they are written: memory is bounded by one page and this. */
const gathered = 256 * 1024;

/** Names kept to tell how many differ; beyond, the file does not say. */
const countable = 200_000;

function counter() {
  const seen = new Set<string>();
  return { add: (key: string): void => void (seen.size <= countable && seen.add(key)), count: (): number | null => (seen.size > countable ? null : seen.size) };
}

/**
 * Writes the file of a job. @returns messages written
 * @throws CANCELLED, DISK_FULL, what the reader throws; nothing is left behind then
 */
export function exportConversations(lens: Lens, request: ExportRequest, files: ExportedFiles, context: Pick<JobContext, 'id' | 'signal' | 'update'>): Promise<number> {
  return files.making(context.id, () => writeExport(lens, request, files, context));
}

async function writeExport(lens: Lens, request: ExportRequest, files: ExportedFiles, context: Pick<JobContext, 'id' | 'signal' | 'update'>): Promise<number> {
  const { signal } = context;
  const writer = writerOf(request.format, request.language);
  const info: ExportInfo = {
    library: lens.library.name, query: lens.masker.active ? lens.mask.text(maskLine(request.line.trim(), Date.parse(request.at), lens.mask, lens.keys)) : request.line.trim(), conversation: request.conversation === null ? null : lens.key('conversation', request.conversation), of: request.of, format: request.format, language: request.language,
    masked: lens.masker.active || lens.library.kind === 'replica', at: request.at, who: request.who, version: request.version,
  };
  const file = await files.create(context.id, { fileName: fileNameOf(lens.library.name, request.at, writer.extension), masked: info.masked });
  try {
    const conversations = counter();
    let [messages, records] = [0, 0];
    let text = writer.head(info, null);
    for await (const page of readRecords(lens, request, signal)) {
      signal.throwIfAborted();
      for (const record of page) {
        if (record.kind === 'message') messages += 1;
        if (record.kind === 'conversation') conversations.add(record.row.key);
        else if (record.kind === 'message') conversations.add(record.row.conversation);
        text += writer.record(info.masked ? record : inClear(record, lens.keys.open), records);
        records += 1;
        if (text.length < gathered) continue;
        await file.append(text);
        text = '';
      }
      context.update({ phase: 'export', rows: messages, bytes: file.bytes() });
    }
    const totals = { conversations: conversations.count(), messages };
    await file.append(text + writer.tail(info, totals));
    await file.overwrite(writer.head(info, totals));
    await file.finish();
    context.update({ rows: messages, rowsTotal: messages, bytes: file.bytes() });
    return messages;
  } catch (error) {
    await file.discard();
    throw signal.aborted ? new TravessiaError('CANCELLED', { message: 'The export was cancelled.', cause: error }) : error;
  }
}
