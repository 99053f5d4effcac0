import type { Detection, Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { detect, type Peek } from '../adapters/index.ts';
import { isRecord, parseJson } from '../parts/index.ts';
import { cellText } from './cells.ts';
import { mappingProblems, type MappingProblem } from './check-mapping.ts';
import { openReading } from './open-reading.ts';
import type { RowReader, RowSource } from './row-source.ts';
import { columnSql, selectSql, tableFrom } from './sql.ts';

/** Rows of a column that are looked at to learn what stands in its JSON. */
const looked = 50;

function pathsIn(value: unknown, prefix: string, depth: number, into: Set<string>): void {
  if (!isRecord(value) || depth > 3) return;
  for (const [key, inner] of Object.entries(value)) {
    into.add(prefix + key);
    pathsIn(inner, `${prefix}${key}.`, depth + 1, into);
  }
}

function peekInto(reader: RowReader): Peek {
  return async (table, column) => {
    const select = selectSql(reader.dialect, `${tableFrom(table).sql} x`, 'x', [column]);
    const rows = await reader.all({ ...select, sql: `${select.sql} WHERE ${columnSql('x', column)} IS NOT NULL LIMIT ${looked}` });
    const found = new Set<string>();
    for (const row of rows) pathsIn(parseJson(cellText(row[column]) ?? ''), '', 1, found);
    return found;
  };
}

/** What a database looks like. Views are in the shape, for the mapping editor; only tables are recognised. */
export async function detectIn(rows: RowSource): Promise<{ readonly detections: Detection[]; readonly shape: SourceShape }> {
  const { shape, views } = await rows.shape();
  const tables = shape.tables.filter(({ schema, name }) => !views.has(JSON.stringify([schema, name])));
  return { detections: await detect({ tables }, rows.dialect, peekInto(await rows.now())), shape };
}

export interface Look {
  readonly conversations: Conversation[];
  readonly messages: Message[];
  readonly problems: MappingProblem[];
}

/** Rows that a preview shows at most, and records that it reads at most to find them. */
const shown = { conversations: 20, messages: 50, read: 5000 } as const;

/** The first conversations and messages as a mapping reads them, or what in the mapping does not fit; and what fits and yet gives nothing. */
export async function previewIn(rows: RowSource, mapping: Mapping): Promise<Look> {
  const { shape } = await rows.shape();
  const problems = mappingProblems(shape, mapping, rows.dialect);
  if (problems.length > 0) return { conversations: [], messages: [], problems };
  const conversations: Conversation[] = [];
  const messages: Message[] = [];
  const reader = await rows.snapshot(new AbortController().signal);
  try {
    let read = 0;
    for await (const records of openReading(rows.dialect, shape, mapping).records(reader, new AbortController().signal)) {
      for (const record of records) {
        if (record.kind === 'conversation' && conversations.length < shown.conversations) conversations.push(record.row);
        if (record.kind === 'message' && messages.length < shown.messages) messages.push(record.row);
      }
      read += records.length;
      if (messages.length >= shown.messages || (messages.length > 0 && read > shown.read)) break;
    }
  } finally {
    await reader.close();
  }
  return { conversations, messages, problems: emptiness(mapping, messages) };
}

/** Columns that are there and hold nothing of what they are mapped for. */
function emptiness(mapping: Mapping, messages: readonly Message[]): MappingProblem[] {
  if (messages.length === 0) return [{ place: 'messages', code: 'mapping.no-rows', params: {} }];
  const empty = (place: string, is: (message: Message) => boolean): MappingProblem[] => (messages.every(is) ? [{ place, code: 'mapping.empty', params: {} }] : []);
  return [
    ...empty('messages.content', ({ parts }) => parts.length === 0),
    ...(mapping.messages?.created === undefined ? [] : empty('messages.created', ({ at }) => at === null)),
    ...(mapping.messages?.exchange !== undefined || mapping.messages === undefined ? [] : empty('messages.role', ({ role }) => role === 'unknown')),
  ];
}
