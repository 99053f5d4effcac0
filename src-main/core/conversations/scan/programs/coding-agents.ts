import { isRecord, numberOf } from '../../parts/index.ts';
import type { Program } from '../program.ts';
import { at, openRow } from '../read-row.ts';
import { tableFrom, type From } from '../sql.ts';

/** How long an answer took stands in its JSON as two moments; a question names its model one level deeper. */
export const opencode: Program = {
  complete(rows) {
    for (const { row, messages: [message] } of rows) {
      if (message === undefined) continue;
      const data = openRow(row).json('data');
      if (!isRecord(data)) continue;
      const [started, completed] = [numberOf(at(data, ['time', 'created'])), numberOf(at(data, ['time', 'completed']))];
      if (started !== null && completed !== null && completed >= started) message.latencyMs = completed - started;
      const model = at(data, ['model', 'modelID']);
      if (message.model === null && typeof model === 'string') message.model = model;
    }
    return Promise.resolve();
  },
};

/** Older sessions have a description and an empty name. */
export const goose: Program = {
  conversations(context): From | null {
    const sessions = context.beside('sessions');
    if (sessions === null || !sessions.columns.includes('name') || !sessions.columns.includes('description')) return null;
    return { isDerived: true, sql: `(SELECT ${sessions.columns.map((column) => (column === 'name' ? `coalesce(nullif(s.name, ''), s.description) AS name` : `s."${column}" AS "${column}"`)).join(', ')} FROM ${tableFrom(sessions).sql} s)` };
  },
};
