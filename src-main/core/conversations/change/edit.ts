import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Field, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { batchColumn } from './cascade.ts';
import { assignment, fieldSql, readMapped } from './fields.ts';
import { keptTable, missingRecord, recordSql, type Kept, type KeptStep } from './kept.ts';
import { firing, why, type ChangePlan } from './plan.ts';
import { nameOf, type ChangeSession, type Relation } from './relations.ts';

interface Edit {
  readonly relation: Relation;
  /** Condition on alias `t` that finds the one row. */
  readonly where: string;
  readonly set: readonly { readonly column: string; readonly sql: string }[];
  readonly kept: Pick<Kept, 'id' | 'who' | 'kind' | 'title'>;
}

/** One row changes in some columns: kept as it was and as it became. */
async function planEdit(session: ChangeSession, { relation, where, set, kept }: Edit): Promise<ChangePlan> {
  const { rows } = await session.query(`SELECT count(*)::text AS rows, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text AS hash FROM ${nameOf(relation)} t WHERE ${where}`);
  const found = Number(rows[0]?.['rows'] ?? 0);
  if (found === 0) throw new TravessiaError('NOT_FOUND', { message: `There is no such row in ${nameOf(relation)}.`, hint: 'It may have been deleted meanwhile.' });
  const blockers = [
    ...(found > 1 ? [why('blocked.several', { rows: String(found), table: nameOf(relation) })] : []),
    ...(relation.key.length === 0 ? [why('blocked.no-key', { table: nameOf(relation) })] : []),
    ...set.filter(({ column }) => relation.columns.some((each) => each.name === column && each.generated)).map(({ column }) => why('blocked.generated', { column, table: nameOf(relation) })),
  ];
  const columns = set.map(({ column }) => column);
  const step = (number: number, action: KeptStep['action']): KeptStep => ({ number, schema: relation.schema, table: relation.name, action, columns, rows: 1 });
  const keep = (number: number): string => `CREATE TABLE ${keptTable(kept.id, number)} AS SELECT t.*, 1 AS ${batchColumn} FROM ${nameOf(relation)} t WHERE ${where}`;
  return {
    statements: [
      ...(await missingRecord(session)).map((sql) => ({ sql, why: why('record-place') })),
      { sql: keep(1), why: why('keep') },
      { sql: `UPDATE ${nameOf(relation)} t SET ${set.map(({ column, sql }) => `${quoteIdent(column)} = ${sql}`).join(', ')} WHERE ${where}`, why: `${why(kept.kind)}${firing(relation, 'update')}` },
      { sql: keep(2), why: why('keep-after') },
      { sql: recordSql({ ...kept, steps: [step(1, 'update'), step(2, 'after')] }), why: why('record') },
    ],
    counts: [{ table: relation.schema === 'public' ? relation.name : `${relation.schema}.${relation.name}`, rows: found }],
    blockers, rows: rows[0]?.['hash'] ?? '',
    checks: [{ sql: `SELECT (1 - count(*))::text AS n FROM ${keptTable(kept.id, 2)}`, why: `the row of ${nameOf(relation)} is not to be found after the change` }],
  };
}

/** @throws TravessiaError NOT_FOUND, UNSUPPORTED_SOURCE, MAPPING_INVALID */
export async function planRename(session: ChangeSession, mapping: Mapping, key: string, title: string, kept: Pick<Kept, 'id' | 'who'>): Promise<ChangePlan> {
  const { conversations: relation } = await readMapped(session, mapping);
  const field = mapping.conversations?.title;
  if (relation === null || mapping.conversations === undefined || field === undefined) {
    throw new TravessiaError('UNSUPPORTED_SOURCE', { message: 'Conversations of this library have no title of their own.', hint: 'Their mapping names no column for it.' });
  }
  return planEdit(session, { relation, where: `${fieldSql(mapping.conversations.id, 't')} = ${quoteLiteral(key)}`, set: [assignment(relation, field, title)], kept: { ...kept, kind: 'rename', title } });
}

/** The new text in an array of typed blocks: the first text takes it, other texts go, everything else stays. */
function inBlocks(blocks: string, text: string): string {
  const value = `to_jsonb(${quoteLiteral(text)}::text)`;
  const set = `CASE WHEN jsonb_typeof(e) = 'string' THEN ${value} WHEN e ? 'text' THEN jsonb_set(e, '{text}', ${value}) WHEN jsonb_typeof(e -> 'data') = 'object' THEN jsonb_set(e, '{data,text}', ${value}) ELSE jsonb_set(e, '{content}', ${value}) END`;
  const isText = `(jsonb_typeof(e) = 'string' OR e ->> 'type' IN ('text', 'markdown', 'input_text', 'output_text') OR (e ? 'text' AND NOT e ? 'type'))`;
  return `(SELECT CASE WHEN bool_or(n = first) THEN jsonb_agg(CASE WHEN n = first THEN ${set} ELSE e END ORDER BY n) ELSE jsonb_build_array(jsonb_build_object('type', 'text', 'text', ${value})) || coalesce(jsonb_agg(e ORDER BY n), '[]') END`
    + ` FROM (SELECT e, n, ${isText} AS is_text, min(n) FILTER (WHERE ${isText}) OVER () AS first FROM jsonb_array_elements(${blocks}) WITH ORDINALITY x(e, n)) b WHERE NOT is_text OR n = first)`;
}

function jsonForm(value: string): 'array' | 'string' | 'object' | 'text' {
  if (!/^\s*["[{]/.test(value)) return 'text';
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? 'array' : typeof parsed === 'string' ? 'string' : typeof parsed === 'object' && parsed !== null ? 'object' : 'text';
  } catch {
    return 'text';
  }
}

/** What a content field becomes, by the form its value has now. */
function rewritten(relation: Relation, field: Field, current: string | null, text: string, asBlocks: boolean): { column: string; sql: string } {
  const type = relation.columns.find(({ name }) => name === field.column)?.type ?? 'text';
  const isJson = type === 'json' || type === 'jsonb';
  const hasPath = field.path !== undefined && field.path.length > 0;
  const form = (asBlocks || (isJson && !hasPath)) && current !== null ? jsonForm(current) : 'text';
  const value = `to_jsonb(${quoteLiteral(text)}::text)`;
  const inside = hasPath ? `(t.${quoteIdent(field.column)}::jsonb #> ARRAY[${(field.path ?? []).map(quoteLiteral).join(', ')}])` : `t.${quoteIdent(field.column)}::jsonb`;
  const changed = form === 'array' ? inBlocks(inside, text) : form === 'string' || (isJson && !hasPath && form === 'text') ? value : form === 'object' ? `jsonb_set(${inside}, '{text}', ${value})` : null;
  if (changed === null) return assignment(relation, field, text);
  const whole = hasPath ? `jsonb_set(t.${quoteIdent(field.column)}::jsonb, ARRAY[${(field.path ?? []).map(quoteLiteral).join(', ')}], ${changed})` : changed;
  return { column: field.column, sql: type === 'jsonb' ? whole : `(${whole})::${type === 'json' ? 'json' : 'text'}` };
}

/** @throws TravessiaError NOT_FOUND, UNSUPPORTED_SOURCE, MAPPING_INVALID */
export async function planRewrite(session: ChangeSession, mapping: Mapping, key: string, text: string, kept: Pick<Kept, 'id' | 'who'>): Promise<ChangePlan> {
  const { messages: relation } = await readMapped(session, mapping);
  const part = mapping.messages;
  const unsupported = (message: string): TravessiaError => new TravessiaError('UNSUPPORTED_SOURCE', { message, hint: 'Change it in the program that wrote it.' });
  if (relation === null || part === undefined) throw unsupported('Messages of this library are no rows of their own: they stand together in one document for each conversation.');
  if (mapping.parts !== undefined) throw unsupported('The text of a message stands in several rows of a table of parts.');
  const [, id = key, side] = part.exchange === undefined ? [key, key] : (/^([\s\S]*)#([01s])$/.exec(key) ?? []);
  const where = `${fieldSql(part.id, 't')} = ${quoteLiteral(id)}`;
  const fields = part.exchange === undefined ? [part.content, part.parts] : [side === '0' ? part.exchange.prompt : side === '1' ? part.exchange.response : part.exchange.system];
  const given = fields.filter((field) => field !== undefined);
  if (given.length === 0) throw unsupported('The mapping names no column for the text of a message.');
  const { rows } = await session.query(`SELECT ${given.map((field, index) => `(${fieldSql(field, 't')})::text AS c${index}`).join(', ')} FROM ${nameOf(relation)} t WHERE ${where}`);
  const set = given.flatMap((field, index) => {
    const current = rows[0]?.[`c${index}`] ?? null;
    const isParts = field === part.parts;
    if (isParts && (current === null || jsonForm(current) !== 'array')) return [];
    return [rewritten(relation, field, current, text, isParts || part.contentAs === 'auto' || part.contentAs === 'blocks')];
  });
  return planEdit(session, { relation, where, set, kept: { ...kept, kind: 'rewrite', title: key } });
}
