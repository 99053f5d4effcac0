import { TravessiaError } from '../../../../shared/contract/errors.ts';
import { quoteIdent, quoteLiteral } from '../../../../shared/pure/quote.ts';
import { batchColumn } from './cascade.ts';
import { inOrder } from './in-order.ts';
import { countsOf, keptTable, readKept, type Kept, type KeptStep } from './kept.ts';
import { firing, why, type ChangePlan, type Statement } from './plan.ts';
import { nameOf, readRelations, type ChangeSession, type Relation, type Relations } from './relations.ts';

interface Found {
  readonly step: KeptStep;
  readonly relation: Relation;
  /** Columns that both the table and the kept copy have, without generated ones. */
  readonly columns: readonly string[];
  readonly kept: string;
}

const sameKey = (relation: Relation): string => relation.key.map((column) => `t.${quoteIdent(column)} = k.${quoteIdent(column)}`).join(' AND ');
const listed = (columns: readonly string[], alias = ''): string => columns.map((column) => `${alias}${quoteIdent(column)}`).join(', ');

/** The same bytes in all columns: not only what a type calls equal (1.0 and 1.00), and for types that have no equality (json, xml, point). */
const same = (columns: readonly string[]): string => `record_image_eq(ROW(${listed(columns, 't.')}), ROW(${listed(columns, 'k.')}))`;

/** The kept tables beside the tables as they are now; what is gone or has other columns blocks. */
async function findSteps(session: ChangeSession, kept: Kept, blockers: string[]): Promise<{ relations: Relations; found: Found[] }> {
  const own = (step: KeptStep) => ({ schema: 'travessia', name: `kept_${kept.id}_${step.number}` });
  const relations = await readRelations(session, [...kept.steps.map(({ schema, table }) => ({ schema, name: table })), ...kept.steps.map(own)]);
  const found = kept.steps.flatMap((step): Found[] => {
    const relation = relations.find(step.schema, step.table);
    const copy = relations.find('travessia', own(step).name);
    if (copy === null) blockers.push(why('blocked.copy-gone', { table: `travessia.${own(step).name}` }));
    if (relation === null) blockers.push(why('blocked.gone', { table: nameOf({ schema: step.schema, name: step.table }) }));
    if (relation === null || copy === null) return [];
    for (const column of copy.columns.filter(({ name }) => name !== batchColumn)) {
      const now = relation.columns.find(({ name }) => name === column.name);
      if (now === undefined || now.type !== column.type) blockers.push(why('blocked.columns', { table: nameOf(relation), column: column.name }));
    }
    return [{ step, relation, columns: relation.columns.filter((column) => !column.generated && copy.columns.some(({ name }) => name === column.name)).map(({ name }) => name), kept: keptTable(kept.id, step.number) }];
  });
  return { relations, found };
}

async function number(session: ChangeSession, sql: string): Promise<number> {
  return Number((await session.query(sql)).rows[0]?.['n'] ?? 0);
}

/** The rows that were deleted return, those that a table's keys lead to first. */
async function putBack(session: ChangeSession, relations: Relations, found: readonly Found[], blockers: string[]): Promise<{ inserts: Statement[]; settles: Statement[]; checks: Statement[] }> {
  const deleted = found.filter(({ step }) => step.action === 'delete');
  const of = (oid: string): Found | undefined => deleted.find(({ relation }) => relation.oid === oid);
  const keys = deleted.flatMap(({ relation }) => relations.of(relation.oid)).filter((key) => key.from !== key.to && of(key.to) !== undefined);
  const pairs = keys.map((key) => [key.to, key.from] as const);
  const oids = deleted.map(({ relation }) => relation.oid);
  const nullable = (key: (typeof keys)[number]): boolean => key.columns.every((column) => of(key.from)?.relation.columns.some(({ name, notNull }) => name === column && !notNull) === true);
  // Tables that point at each other: those columns that may be null wait until all rows are there.
  const order = inOrder(oids, pairs) ?? inOrder(oids, keys.filter((key) => !nullable(key)).map((key) => [key.to, key.from] as const)) ?? oids;
  const place = new Map(order.map((oid, index) => [oid, index]));
  const later = (relation: Relation): string[] => [...new Set(keys.filter((key) => key.from === relation.oid && (place.get(key.to) ?? 0) > (place.get(key.from) ?? 0) && nullable(key)).flatMap(({ columns }) => columns))];

  const inserts: Statement[] = [];
  const settles: Statement[] = [];
  const checks: Statement[] = [];
  for (const oid of order) {
    const each = of(oid);
    if (each === undefined) continue;
    const { relation, columns, kept } = each;
    const waiting = later(relation);
    const values = columns.map((column) => (waiting.includes(column) ? `NULL` : `k.${quoteIdent(column)}`)).join(', ');
    inserts.push({ sql: `INSERT INTO ${nameOf(relation)} (${listed(columns)}) OVERRIDING SYSTEM VALUE SELECT ${values} FROM ${kept} k`, why: `${why('put-back')}${firing(relation, 'insert')}` });
    const all = relation.columns.map(({ name }) => name).filter((name) => columns.includes(name) || relation.columns.some((column) => column.name === name && column.generated));
    const exact = same(all);
    if (relation.key.length > 0) {
      const taken = await number(session, `SELECT count(*)::text AS n FROM ${kept} k JOIN ${nameOf(relation)} t ON ${sameKey(relation)}`);
      if (taken > 0) blockers.push(why('blocked.taken', { rows: String(taken), table: nameOf(relation) }));
      if (waiting.length > 0 || relation.triggers.some(({ insert }) => insert) || found.some((other) => other.relation.triggers.length > 0)) {
        const different = columns.filter((column) => !relation.key.includes(column) && !relation.columns.some(({ name, always }) => name === column && always));
        if (different.length > 0) settles.push({ sql: `UPDATE ${nameOf(relation)} t SET ${different.map((column) => `${quoteIdent(column)} = k.${quoteIdent(column)}`).join(', ')} FROM ${kept} k WHERE ${sameKey(relation)} AND NOT ${exact}`, why: why('settle') });
      }
      checks.push({ sql: `SELECT count(*)::text AS n FROM ${kept} k WHERE NOT EXISTS (SELECT 1 FROM ${nameOf(relation)} t WHERE ${sameKey(relation)} AND ${exact})`, why: `rows of ${nameOf(relation)} would not be what they were: a trigger changes them` });
    } else {
      checks.push({ sql: `SELECT count(*)::text AS n FROM ${kept} k WHERE md5(ROW(${listed(all, 'k.')})::text) NOT IN (SELECT md5(ROW(${listed(all, 't.')})::text) FROM ${nameOf(relation)} t)`, why: `rows of ${nameOf(relation)} would not be what they were: a trigger changes them` });
    }
  }
  return { inserts, settles, checks };
}

/** Columns that a deletion set to null point again at what has returned. */
async function pointAgain(session: ChangeSession, found: readonly Found[], blockers: string[]): Promise<{ updates: Statement[]; checks: Statement[] }> {
  const updates: Statement[] = [];
  const checks: Statement[] = [];
  for (const { step, relation, kept } of found.filter((each) => each.step.action === 'update')) {
    const touched = await number(session, `SELECT count(*)::text AS n FROM ${kept} k LEFT JOIN ${nameOf(relation)} t ON ${sameKey(relation)} WHERE t.${quoteIdent(relation.key[0] ?? '')} IS NULL`);
    if (touched > 0) blockers.push(why('blocked.rows-gone', { rows: String(touched), table: nameOf(relation) }));
    updates.push({ sql: `UPDATE ${nameOf(relation)} t SET ${step.columns.map((column) => `${quoteIdent(column)} = k.${quoteIdent(column)}`).join(', ')} FROM ${kept} k WHERE ${sameKey(relation)}`, why: `${why('point-again')}${firing(relation, 'update')}` });
    checks.push({ sql: `SELECT count(*)::text AS n FROM ${kept} k WHERE NOT EXISTS (SELECT 1 FROM ${nameOf(relation)} t WHERE ${sameKey(relation)} AND ${same(step.columns)})`, why: `rows of ${nameOf(relation)} would not point where they did: a trigger changes them` });
  }
  return { updates, checks };
}

/** An edited row returns in the columns that the change, or a trigger with it, wrote; what others wrote since stays theirs. */
async function takeBack(session: ChangeSession, found: readonly Found[], blockers: string[]): Promise<{ updates: Statement[]; checks: Statement[] }> {
  const before = found.find(({ step }) => step.action === 'update');
  const after = found.find(({ step }) => step.action === 'after');
  if (before === undefined || after === undefined) return { updates: [], checks: [] };
  const { relation, step } = before;
  const text = (alias: string, column: string): string => `${alias}.${quoteIdent(column)}::text`;
  const join = `${nameOf(relation)} t JOIN ${before.kept} k ON ${sameKey(relation)} CROSS JOIN ${after.kept} a`;
  if ((await number(session, `SELECT count(*)::text AS n FROM ${join}`)) === 0) blockers.push(why('blocked.rows-gone', { rows: '1', table: nameOf(relation) }));
  const changed = await number(session, `SELECT count(*)::text AS n FROM ${join} WHERE ${step.columns.map((column) => `${text('t', column)} IS DISTINCT FROM ${text('a', column)}`).join(' OR ')}`);
  if (changed > 0) blockers.push(why('blocked.changed', { table: nameOf(relation), columns: step.columns.join(', ') }));
  const differing = (await session.query(`SELECT ${before.columns.map((column, index) => `(${text('k', column)} IS DISTINCT FROM ${text('a', column)})::text AS c${index}`).join(', ')} FROM ${before.kept} k CROSS JOIN ${after.kept} a`)).rows[0] ?? {};
  const columns = before.columns.filter((column, index) => step.columns.includes(column) || (differing[`c${index}`] === 'true' && !relation.columns.some(({ name, always }) => name === column && always)));
  const set = columns.map((column) => `${quoteIdent(column)} = ${step.columns.includes(column) ? `k.${quoteIdent(column)}` : `CASE WHEN ${text('t', column)} IS NOT DISTINCT FROM ${text('a', column)} THEN k.${quoteIdent(column)} ELSE t.${quoteIdent(column)} END`}`);
  return {
    updates: [{ sql: `UPDATE ${nameOf(relation)} t SET ${set.join(', ')} FROM ${before.kept} k, ${after.kept} a WHERE ${sameKey(relation)}`, why: `${why('take-back')}${firing(relation, 'update')}` }],
    checks: [{ sql: `SELECT count(*)::text AS n FROM ${before.kept} k WHERE NOT EXISTS (SELECT 1 FROM ${nameOf(relation)} t WHERE ${sameKey(relation)} AND ${same(step.columns)})`, why: `the row of ${nameOf(relation)} would not be what it was: a trigger changes it` }],
  };
}

/**
 * Triggers that would change the rows on their way back rest meanwhile, where this role may say so; all others fire as ever.
 * They belong to the program (`updated_at`, a search vector), and the kept row has what they wrote.
 */
function resting(found: readonly Found[]): { off: Statement[]; on: Statement[] } {
  const triggers = [...new Map(found.map(({ relation }) => [relation.oid, relation])).values()]
    .filter(({ owned }) => owned)
    .flatMap((relation) => relation.triggers.filter((trigger) => trigger.before && trigger.row && (trigger.insert || trigger.update)).map((trigger) => ({ relation, trigger })));
  const alter = (verb: (always: boolean) => string, code: string) => triggers.map(({ relation, trigger }) => ({ sql: `ALTER TABLE ${nameOf(relation)} ${verb(trigger.always)} TRIGGER ${quoteIdent(trigger.name)}`, why: why(code) }));
  return { off: alter(() => 'DISABLE', 'trigger-rests'), on: alter((always) => (always ? 'ENABLE ALWAYS' : 'ENABLE'), 'trigger-again') };
}

/** What putting a change's rows back would do. @throws TravessiaError NOT_FOUND, WRONG_STATE (undone already) */
export async function planUndo(session: ChangeSession, id: string): Promise<ChangePlan> {
  const kept = await readKept(session, id);
  if (kept.undone) throw new TravessiaError('WRONG_STATE', { message: 'That change was undone already.', hint: 'Its rows stand where they were.' });
  const blockers: string[] = [];
  const { relations, found } = await findSteps(session, kept, blockers);
  const rows: number[] = [];
  for (const { kept: table } of found) rows.push(await number(session, `SELECT count(*)::text AS n FROM ${table}`));
  const isEdit = kept.kind === 'rename' || kept.kind === 'rewrite';
  const whole = blockers.length === 0;
  const back = whole && !isEdit ? await putBack(session, relations, found, blockers) : { inserts: [], settles: [], checks: [] };
  const again = whole && !isEdit ? await pointAgain(session, found, blockers) : { updates: [], checks: [] };
  const taken = whole && isEdit ? await takeBack(session, found, blockers) : { updates: [], checks: [] };
  const rest = resting(found);
  return {
    statements: [
      { sql: 'SET CONSTRAINTS ALL DEFERRED', why: why('deferred') },
      ...rest.off, ...back.inserts, ...back.settles, ...again.updates, ...taken.updates,
      { sql: 'SET CONSTRAINTS ALL IMMEDIATE', why: why('immediate') },
      ...rest.on,
      { sql: `UPDATE travessia.kept SET undone_at = now() WHERE id = ${quoteLiteral(id)}`, why: why('undone') },
    ],
    counts: countsOf(kept.steps), blockers, rows: JSON.stringify(rows), notReversible: true, checks: [...back.checks, ...again.checks, ...taken.checks],
  };
}

/** What forgetting a change for good would remove: the kept rows and its record. @throws TravessiaError NOT_FOUND */
export async function planForget(session: ChangeSession, id: string): Promise<ChangePlan> {
  const kept = await readKept(session, id);
  return {
    statements: [
      ...kept.steps.map((step) => ({ sql: `DROP TABLE IF EXISTS ${keptTable(id, step.number)}`, why: why('forget') })),
      { sql: `DELETE FROM travessia.kept WHERE id = ${quoteLiteral(id)}`, why: why('forget-record') },
    ],
    counts: countsOf(kept.steps), blockers: [], rows: '', checks: [],
  };
}
