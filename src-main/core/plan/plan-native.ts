import type { OriginColumn, OriginTable } from '../../../shared/model/origin.ts';
import type { Plan, PlanColumn, PlanObject, PlanTable, PlanView } from '../../../shared/model/plan.ts';
import { retarget, type Retargeted } from '../../../shared/pure/pg-names.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { reason, type DraftTable, type PlanContext, type PlannedSource } from './types.ts';

export interface NativePlan {
  readonly types: NonNullable<Plan['types']>;
  readonly views: readonly PlanView[];
}

type Words = (sql: string) => Retargeted;
type Note = (object: Omit<PlanObject, 'database'>) => void;

/**
 * What a PostgreSQL source says in PostgreSQL's own words takes the place of what its snapshot could say in SQLite's: types, defaults,
 * checks, indexes, views, with the names of the target's schema. Only where tables and columns keep their names, since such a text
 * names them; else each is listed. Changes the planned tables of this source.
 */
export function planNative(source: PlannedSource, drafts: readonly DraftTable[], planned: readonly PlanTable[], context: PlanContext): NativePlan {
  const { origin, schema } = source;
  if (origin === undefined) return { types: [], views: [] };
  const { database } = source.assessment;
  const note: Note = (object) => context.notes.objects.push({ database, ...object });
  const names = context.relationNames(schema);
  const pairs = origin.tables.flatMap((from) => {
    const at = drafts.findIndex((draft) => draft.source.name === from.name);
    const [draft, table] = [drafts[at], planned[at]];
    return draft === undefined || table === undefined ? [] : [{ from, draft, table, same: keepsNames(from, table) }];
  });
  const counterparts = new Map(pairs.map(({ from, table }) => [`${from.schema}\0${from.source}`, quoteQualified(table.target.schema, table.target.table)]));
  const types = origin.types.map(({ schema: home, name, labels }) => {
    const target = { schema, type: names.take(name).name };
    counterparts.set(`${home}\0${name}`, quoteQualified(target.schema, target.type));
    note({ kind: 'type', name: target.type, outcome: 'created', source: `CREATE TYPE ${home}.${name} AS ENUM (${labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})` });
    return { source: { database, name: `${home}.${name}` }, target, labels };
  });
  const viewTargets = origin.views.map((view) => ({ ...view, target: { schema, view: names.take(view.name).name } }));
  for (const view of viewTargets) counterparts.set(`${view.schema}\0${view.name}`, quoteQualified(schema, view.target.view));
  const schemas = new Set(origin.schemas);
  const words: Words = (sql) => retarget(sql, schemas, (home, name) => counterparts.get(`${home}\0${name}`));
  const isNamed = (sql: string): boolean => types.some(({ target }) => sql.includes(quoteQualified(target.schema, target.type)));

  for (const { from, draft, table, same } of pairs) {
    const replaced = new Set(['default', 'check', 'index', 'generated column', 'collation']);
    const { objects } = context.notes;
    for (let at = objects.length - 1; at >= 0; at -= 1) {
      const object = objects[at];
      if (object?.database === database && object.table === from.name && replaced.has(object.kind) && (same || object.kind !== 'index')) objects.splice(at, 1);
    }
    for (const column of table.columns) {
      const its = from.columns.find(({ name }) => name === column.source);
      if (its !== undefined && column.include) nativeColumn(column, its, draft, table, { words, note, isNamed, same, findings: context.notes.findings });
    }
    nativeObjects(from, table, { words, note, same });
    if (from.comment !== null) table.comment = from.comment;
  }

  const renamed = new Set(pairs.filter(({ same }) => !same).map(({ from }) => `${from.schema}\0${from.source}`));
  const views = viewTargets.flatMap((view): PlanView[] => {
    const used = new Set<string>();
    const { sql, unknown } = retarget(view.definition.replace(/;\s*$/, ''), schemas, (home, name) => {
      used.add(`${home}\0${name}`);
      return counterparts.get(`${home}\0${name}`);
    });
    const why = [...used].some((name) => renamed.has(name)) ? reason('plan.object.native-renamed') : unknown.length > 0 ? reason('plan.object.native-missing', { names: unknown.join(', ') }) : undefined;
    note({ kind: 'view', name: view.target.view, outcome: why === undefined ? 'created' : 'listed', source: view.definition, ...(why === undefined ? {} : { reason: why }) });
    return why === undefined ? [{ source: { database, view: view.target.view }, target: view.target, columns: [], sql, sourceSql: view.definition, native: true }] : [];
  });
  return { types, views };
}

function keepsNames(from: OriginTable, table: PlanTable): boolean {
  return table.target.table === from.source && table.columns.every((column) => from.columns.find(({ name }) => name === column.source)?.source === column.target);
}

interface Tools {
  readonly words: Words;
  readonly note: Note;
  readonly same: boolean;
}

function nativeColumn(column: PlanColumn, from: OriginColumn, draft: DraftTable, table: PlanTable, { words, note, isNamed, same, findings }: Tools & { readonly isNamed: (sql: string) => boolean; readonly findings: PlanContext['notes']['findings'] }): void {
  const name = `${table.target.table}.${column.target}`;
  const at = { name, table: table.source.table } as const;
  if (column.decidedBy === 'rule') nativeType(column, from, draft, words, findings);
  if (column.loadedAs !== undefined) note({ ...at, kind: 'type', outcome: 'created', source: from.type });
  if (isTextType(column.type) || column.collation !== undefined) {
    delete column.collation;
    if (from.collation !== null && isTextType(column.type)) column.collation = from.collation;
  }
  if (from.comment !== null) column.comment = from.comment;
  delete column.generated;
  if (from.generated !== null) {
    const { sql, unknown } = words(from.generated);
    const why = !same ? reason('plan.object.native-renamed') : unknown.length > 0 || isNamed(sql) ? reason('plan.object.native-missing', { names: unknown.join(', ') }) : undefined;
    if (why === undefined) column.generated = { expression: sql, source: from.generated };
    // The generated column is known by its name in the source everywhere.
    note({ kind: 'generated column', name: `${table.source.table}.${column.source}`, table: table.source.table, outcome: why === undefined ? 'created' : 'listed', source: from.generated, ...(why === undefined ? {} : { reason: why }) });
    return;
  }
  if (from.identity !== null && !column.identity) {
    const taken = table.columns.some((other) => other.identity && other.include);
    const whole = /^(smallint|integer|bigint)$/.test(column.type) && column.loadedAs === undefined;
    delete column.default;
    if (!taken && whole && from.identity.step === '1') {
      column.identity = true;
      table.identityNext = from.identity.next;
      note({ ...at, kind: 'sequence', outcome: 'translated', reason: reason('plan.object.identity', { next: from.identity.next }) });
    } else {
      note({ ...at, kind: 'sequence', outcome: 'listed', reason: reason('plan.object.native-sequence', { next: from.identity.next, step: from.identity.step }) });
    }
    return;
  }
  if (column.identity) return;
  delete column.default;
  if (from.default === null) return;
  const { sql, unknown } = words(from.default);
  const missing = unknown.length > 0 || /\bnextval\(|::reg\w+/.test(sql) || (isNamed(sql) && column.loadedAs === undefined);
  if (missing || column.decidedBy !== 'rule') {
    note({ ...at, kind: 'default', outcome: 'listed', source: from.default, reason: reason('plan.object.native-missing', { names: unknown.join(', ') || from.default }) });
    return;
  }
  column.default = sql;
  note({ ...at, kind: 'default', outcome: 'created', source: from.default });
}

/** What planning by SQLite's reading of the copy said of a column's values. */
const ofMisfits: ReadonlySet<string> = new Set(['plan.finding.widened', 'plan.finding.rejects']);

/** The column's own type. Where no value is written to it directly, or some value has no form that is, the server reads each from its text. */
function nativeType(column: PlanColumn, from: OriginColumn, draft: DraftTable, words: Words, findings: PlanContext['notes']['findings']): void {
  const profile = draft.assessed.columns.find(({ name }) => name === column.source);
  const own = profile?.candidates[0];
  if (from.direct && own !== undefined) {
    if (own.misfits === '0' && column.type === own.type) return;
    column.type = own.type;
    delete column.cast;
    if (/^(real|double precision)$/.test(own.type)) column.cast = 'nan read';
    else column.loadedAs = 'text';
  } else {
    column.type = words(from.type).sql;
    column.loadedAs = 'text';
    delete column.cast;
  }
  column.misfits = '0';
  column.why = [reason('plan.why.native', { type: from.type })];
  const said = findings.findIndex(({ code, table, column: name, database }) => ofMisfits.has(code) && table === draft.source.name && name === column.source && database === undefined);
  if (said !== -1) findings.splice(said, 1);
}

function nativeObjects(from: OriginTable, table: PlanTable, { words, note, same }: Tools): void {
  const at = { table: table.source.table } as const;
  /** The text for the target, or undefined, the object then being listed. */
  const take = (kind: PlanObject['kind'], name: string, text: string): string | undefined => {
    const { sql, unknown } = words(text);
    const why = !same ? reason('plan.object.native-renamed') : unknown.length > 0 ? reason('plan.object.native-missing', { names: unknown.join(', ') }) : undefined;
    note({ ...at, kind, name, source: text, outcome: why === undefined ? 'created' : 'listed', ...(why === undefined ? {} : { reason: why }) });
    return why === undefined ? sql : undefined;
  };
  table.checks = from.checks.flatMap(({ name, expression }) => {
    const sql = take('check', name, expression);
    return sql === undefined ? [] : [{ name, expression: sql, source: expression }];
  });
  table.constraints = from.constraints.flatMap(({ kind, name, definition }) => {
    const sql = take(kind, name, definition);
    return sql === undefined ? [] : [{ kind, name, definition: sql }];
  });
  // Renamed tables keep the plain indexes that the snapshot carries.
  if (!same) {
    for (const { name, definition } of from.indexes) if (!table.indexes.some((index) => index.source === name)) note({ ...at, kind: 'index', name, source: definition, outcome: 'listed', reason: reason('plan.object.native-renamed') });
    return;
  }
  table.indexes = from.indexes.flatMap(({ name, unique, definition }) => {
    const sql = take('index', name, definition);
    return sql === undefined ? [] : [{ name, source: name, unique, terms: [sql], definition: sql }];
  });
}

