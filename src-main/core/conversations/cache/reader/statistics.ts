/** Sums over what a query matches, exact: one pass over its messages; what was worked out is kept until the copy changes. */
import { LRUCache } from 'lru-cache';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { Statistics } from '../../../../../shared/model/conversation.ts';
import { flag } from '../facets.ts';
import { idFloor, idsPerSecond } from '../schema.ts';
import { dayOf, noTime } from '../times.ts';
import type { Copy } from './copy.ts';
import { checkCancelled, understand, type Found, type Limits } from './hits.ts';
import type { Revealed } from './revealed.ts';

interface Row { readonly conversation: number; readonly t: number; readonly role: number; readonly model: number | null; readonly flags: number; readonly input_tokens: number | null; readonly output_tokens: number | null; readonly latency: number | null }

const rowsPerCheck = 4096;
/** Users in the answer; the others are in the totals. */
const usersAtMost = 100;

const plus = (sum: number | null, value: number | null): number | null => (value === null ? sum : (sum ?? 0) + value);

/** Nearest rank: the smallest value that at least this share of all does not exceed. */
export function percentile(sorted: ArrayLike<number>, share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

interface Operation { readonly values: number[]; count: number; errors: number }

function operationRows(operations: ReadonlyMap<string, Operation>): Statistics['operations'] {
  return [...operations].map(([operation, { values, count, errors }]) => {
    const sorted = Float64Array.from(values).sort();
    const sum = sorted.reduce((total, value) => total + value, 0);
    return { operation, count, averageMs: sorted.length === 0 ? null : sum / sorted.length, p50Ms: percentile(sorted, 0.5), p95Ms: percentile(sorted, 0.95), errors };
  }).toSorted((a, b) => b.count - a.count || (a.operation < b.operation ? -1 : 1));
}

export function statisticsOf(copy: Copy, revealed: Revealed) {
  const known = new LRUCache<string, Statistics>({ max: 20 });
  const columns = 'm.conversation, m.t, m.role, m.model, m.flags, m.input_tokens, m.output_tokens, m.latency';
  const owner = copy.db.prepare<[number], string | null>('SELECT owner FROM conversation WHERE id = ?').pluck();
  const one = copy.db.prepare<[number], Row>(`SELECT ${columns} FROM message AS m WHERE m.id = ?`);

  function* rowsOf(found: Found): Generator<Row> {
    if (found.expression === null) return;
    const shown = revealed.ids();
    const low = idFloor(found.from);
    const high = Number.isFinite(found.to) ? idFloor(found.to) + idsPerSecond + copy.spilt() : Number.MAX_SAFE_INTEGER;
    const to = Math.min(found.to - 1, Number.MAX_SAFE_INTEGER);
    const isAll = found.expression === 'facet : x' && found.only === null;
    const timed = [low, high, found.from, to];
    const range = 'm.id >= ? AND m.id <= ? AND m.t >= ? AND m.t <= ?';
    if (isAll) {
      yield* copy.db.prepare<unknown[], Row>(`SELECT ${columns} FROM message AS m WHERE ${range}`).iterate(...timed);
      return;
    }
    const rows = copy.db.prepare<unknown[], Row & { id: number }>(`SELECT m.id, ${columns} FROM words CROSS JOIN message AS m ON m.id = words.rowid WHERE words MATCH ? AND ${range}
      ${found.only === null ? '' : 'AND m.id IN (SELECT value FROM json_each(?))'}`).iterate(found.expression, ...timed, ...(found.only === null ? [] : [JSON.stringify(found.only)]));
    for (const row of rows) if (!shown.has(row.id)) yield row;
    if (revealed.db === null) return;
    for (const id of revealed.db.prepare<[string], number>('SELECT rowid FROM words WHERE words MATCH ?').pluck().all(found.expression)) {
      const row = one.get(id);
      if (row !== undefined && row.t >= found.from && row.t <= to && (found.only === null || found.only.includes(id))) yield row;
    }
  }

  function compute(query: Query, limits: Limits): Statistics {
    const found = understand(copy, query);
    const days = new Map<string, { conversations: Set<number>; messages: number; errors: number }>();
    const roles = new Map<number, number>();
    const models = new Map<number, { messages: number; inputTokens: number | null; outputTokens: number | null }>();
    const conversations = new Map<number, number>();
    const operations = new Map<string, Operation>();
    const total = { messages: 0, inputTokens: null as number | null, outputTokens: null as number | null };
    for (const row of rowsOf(found)) {
      total.messages += 1;
      if (total.messages % rowsPerCheck === 0) checkCancelled(limits);
      total.inputTokens = plus(total.inputTokens, row.input_tokens);
      total.outputTokens = plus(total.outputTokens, row.output_tokens);
      conversations.set(row.conversation, (conversations.get(row.conversation) ?? 0) + 1);
      roles.set(row.role, (roles.get(row.role) ?? 0) + 1);
      const isError = (row.flags & flag.error) !== 0;
      if (row.t !== noTime) {
        const name = dayOf(row.t) ?? '';
        const day = days.get(name) ?? { conversations: new Set<number>(), messages: 0, errors: 0 };
        day.conversations.add(row.conversation);
        day.messages += 1;
        if (isError) day.errors += 1;
        days.set(name, day);
      }
      if (row.model !== null) {
        const model = models.get(row.model) ?? { messages: 0, inputTokens: null, outputTokens: null };
        models.set(row.model, { messages: model.messages + 1, inputTokens: plus(model.inputTokens, row.input_tokens), outputTokens: plus(model.outputTokens, row.output_tokens) });
      }
      if (row.latency !== null) {
        const name = copy.text(row.model ?? row.role);
        const operation = operations.get(name) ?? { values: [], count: 0, errors: 0 };
        operation.values.push(row.latency);
        operation.count += 1;
        if (isError) operation.errors += 1;
        operations.set(name, operation);
      }
    }
    const metrics = metricRows(found);
    const users = new Map<string, { conversations: number; messages: number }>();
    for (const [id, messages] of conversations) {
      const user = owner.get(id);
      if (user === undefined || user === null) continue;
      const sum = users.get(user) ?? { conversations: 0, messages: 0 };
      users.set(user, { conversations: sum.conversations + 1, messages: sum.messages + messages });
    }
    return {
      conversations: conversations.size, messages: total.messages, estimated: false, inputTokens: total.inputTokens, outputTokens: total.outputTokens,
      days: [...days].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([day, sum]) => ({ day, conversations: sum.conversations.size, messages: sum.messages, errors: sum.errors })),
      roles: [...roles].map(([role, messages]) => ({ role: copy.text(role), messages })).toSorted((a, b) => b.messages - a.messages),
      models: [...models].map(([model, sum]) => ({ model: copy.text(model), ...sum })).toSorted((a, b) => b.messages - a.messages),
      users: [...users].map(([user, sum]) => ({ user, ...sum })).toSorted((a, b) => b.messages - a.messages || (a.user < b.user ? -1 : 1)).slice(0, usersAtMost),
      atLeast: { conversations: false, parts: false },
      ...(metrics === null ? { operationsOf: 'found', operations: operationRows(operations) } : { operationsOf: query.after === null && query.before === null ? 'all' : 'period', operations: metrics }),
    };
  }

  /** From the table of metrics, which knows times only; null where the source has none. */
  function metricRows(found: Found): Statistics['operations'] | null {
    if (copy.db.prepare('SELECT 1 FROM metric LIMIT 1').get() === undefined) return null;
    const operations = new Map<string, Operation>();
    for (const row of copy.db.prepare<unknown[], { operation: number; duration: number | null; success: number | null }>('SELECT operation, duration, success FROM metric WHERE t >= ? AND t <= ?').iterate(found.from, Math.min(found.to - 1, Number.MAX_SAFE_INTEGER))) {
      const name = copy.text(row.operation);
      const operation = operations.get(name) ?? { values: [], count: 0, errors: 0 };
      operation.count += 1;
      if (row.duration !== null) operation.values.push(row.duration);
      if (row.success === 0) operation.errors += 1;
      operations.set(name, operation);
    }
    return operationRows(operations);
  }

  return (query: Query, limits: Limits): Statistics => {
    const key = JSON.stringify([copy.version(), query, [...revealed.ids()]]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const made = compute(query, limits);
    known.set(key, made);
    return made;
  };
}
