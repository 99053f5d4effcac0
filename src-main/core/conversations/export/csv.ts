import { describe } from '../../../../shared/pure/texts/index.ts';
import { messageText, totalsText, type ExportRecord, type Writer } from './records.ts';

const columns = ['record', 'conversation', 'title', 'owner', 'key', 'at', 'role', 'model', 'text', 'input_tokens', 'output_tokens', 'latency_ms', 'is_error', 'deleted_at', 'masked', 'metadata'] as const;
type Row = Partial<Record<(typeof columns)[number], string | number | boolean | null>>;

/** What a spreadsheet would take for a formula; an apostrophe before it makes it text (OWASP, CSV Injection). */
const formula = /^[\s\p{Cf}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** RFC 4180: quoted where it holds a comma, a quote or a line end. NUL has no place in a text file. */
function field(value: string | number | boolean | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const text = (formula.test(value) ? `'${value}` : value).replaceAll('\0', '\u2400').toWellFormed();
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (row: Row): string => `${columns.map((column) => field(row[column])).join(',')}\r\n`;

function rowOf(record: ExportRecord): Row {
  const { kind } = record;
  switch (kind) {
    case 'conversation': {
      const { key, title, owner, createdAt, model, deletedAt, masked, metadata } = record.row;
      return { record: kind, conversation: key, title, owner, key, at: createdAt, model, deleted_at: deletedAt, masked, metadata };
    }
    case 'message': {
      const { row, title, owner } = record;
      return {
        record: kind, conversation: row.conversation, title, owner, key: row.key, at: row.at, role: row.role, model: row.model, text: messageText(row), input_tokens: row.inputTokens, output_tokens: row.outputTokens,
        latency_ms: row.latencyMs, is_error: row.isError, deleted_at: row.deletedAt, masked: row.masked, metadata: row.metadata,
      };
    }
    case 'task': {
      const { key, conversation, createdAt, status, description, masked, metadata } = record.row;
      return { record: kind, conversation, key, at: createdAt, role: status, text: description, masked, metadata };
    }
    case 'event': {
      const { key, conversation, at, type, actor, content, masked } = record.row;
      return { record: kind, conversation, owner: actor, key, at, role: type, text: content, masked };
    }
  }
}

/** Every line has the same columns; the last one, of kind `export`, tells of the file. */
export const csvWriter: Writer = {
  extension: 'csv',
  head: () => `${columns.join(',')}\r\n`,
  record: (record) => line(rowOf(record)),
  tail: (info, totals) => line({
    record: 'export', title: info.library, owner: info.who, at: info.at, masked: info.masked,
    text: [
      describe('export.about', { library: info.library, at: info.at, who: info.who }, info.language), totalsText(totals, info.language),
      info.query === '' ? '' : describe('export.query', { query: info.query }, info.language), describe(info.masked ? 'export.masked' : 'export.unmasked', {}, info.language),
    ].filter((each) => each !== '').join(' '),
  }),
};
