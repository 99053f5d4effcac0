import type { OriginColumn, OriginTable } from '../../../shared/model/origin.ts';
import type { Plan, PlanColumn, PlanObject, PlanTable, PlanView, Reason } from '../../../shared/model/plan.ts';
import { retarget, type Retargeted } from '../../../shared/pure/pg-names.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { greatestNumber } from './plan-identity.ts';
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
  const types = origin.types.map(({ schema: home, name, labels, comment }) => {
    const target = { schema, type: names.take(name).name };
    counterparts.set(`${home}\0${name}`, quoteQualified(target.schema, target.type));
    note({ kind: 'type', name: target.type, outcome: 'created', source: `CREATE TYPE ${home}.${name} AS ENUM (${labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})` });
    return { source: { database, name: `${home}.${name}` }, target, labels, ...(comment == null ? {} : { comment }) };
  });
  const viewTargets = origin.views.map((view) => ({ ...view, target: { schema, view: names.take(view.name).name } }));
  for (const view of viewTargets) counterparts.set(`${view.schema}\0${view.name}`, quoteQualified(schema, view.target.view));
  const schemas = new Set(origin.schemas);
  const words: Words = (sql) => retarget(sql, schemas, (home, name) => counterparts.get(`${home}\0${name}`));
  const isNamed = (sql: string): boolean => types.some(({ target }) => sql.includes(quoteQualified(target.schema, target.type)));

  for (const { from, draft, table, same } of pairs) {
    const replaced = new Set(['default', 'check', 'index', 'generated column', 'collation', 'sequence']);
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

  const views = nativeViews(viewTargets, { source, pairs, counterparts, note });
  return { types, views };
}

interface ViewTarget {
  readonly schema: string;
  readonly name: string;
  readonly definition: string;
  readonly comment: string | null;
  readonly columns: readonly { readonly name: string; readonly comment: string }[];
  readonly target: { readonly schema: string; readonly view: string };
}

interface ViewSurroundings {
  readonly source: PlannedSource;
  readonly pairs: readonly { readonly from: OriginTable; readonly same: boolean }[];
  readonly counterparts: ReadonlyMap<string, string>;
  readonly note: Note;
}

/** A table without those that inherit from it, as pg_get_viewdef prints it. */
const onlyTable = /\bONLY (?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)\.(?:"(?:[^"]|"")*"|[\w$\u0080-\uffff]+)/g;

/** Views in their own text; one that reads a table that is another in the target, or a view that does not cross, is listed. */
function nativeViews(targets: readonly ViewTarget[], { source, pairs, counterparts, note }: ViewSurroundings): PlanView[] {
  const { database } = source.assessment;
  const schemas = new Set(source.origin?.schemas ?? []);
  const keyOf = (home: string, name: string): string => `${home}\0${name}`;
  const tablesWhere = (holds: (pair: ViewSurroundings['pairs'][number]) => boolean): Set<string> => new Set(pairs.filter(holds).map(({ from }) => keyOf(from.schema, from.source)));
  const [renamed, inherited] = [tablesWhere(({ same }) => !same), tablesWhere(({ from }) => from.inherited)];
  const read = targets.map((view) => {
    const used = new Map<string, string>();
    const { sql, unknown } = retarget(view.definition.replace(/;\s*$/, ''), schemas, (home, name) => {
      used.set(keyOf(home, name), `${home}.${name}`);
      return counterparts.get(keyOf(home, name));
    });
    const parents: string[] = [];
    retarget(view.definition.replaceAll(onlyTable, ''), schemas, (home, name) => {
      if (inherited.has(keyOf(home, name)) && !parents.includes(`${home}.${name}`)) parents.push(`${home}.${name}`);
      return undefined;
    });
    const why = [...used.keys()].some((key) => renamed.has(key)) ? reason('plan.object.native-renamed')
      : unknown.length > 0 ? reason('plan.object.native-missing', { names: unknown.join(', ') })
      : parents.length > 0 ? reason('plan.object.native-inherited', { names: parents.join(', ') }) : undefined;
    return { view, key: keyOf(view.schema, view.name), used, sql, why };
  });
  const listed = new Map(read.flatMap(({ key, why }) => (why === undefined ? [] : [[key, why] as const])));
  // A view can only read views made before it, but may have been replaced since: until nothing more is listed.
  for (let before = -1; before !== listed.size;) {
    before = listed.size;
    for (const { key, used } of read) {
      const missing = [...used].filter(([each]) => listed.has(each)).map(([, shown]) => shown);
      if (!listed.has(key) && missing.length > 0) listed.set(key, reason('plan.object.native-missing', { names: missing.join(', ') }));
    }
  }
  return read.flatMap(({ view, key, sql }): PlanView[] => {
    const why = listed.get(key);
    note({ kind: 'view', name: view.target.view, outcome: why === undefined ? 'created' : 'listed', source: view.definition, ...(why === undefined ? {} : { reason: why }) });
    const { target, comment, columns } = view;
    return why !== undefined ? [] : [{
      source: { database, view: target.view }, target, columns: [], sql, sourceSql: view.definition, native: true,
      ...(comment === null ? {} : { comment }), ...(columns.length === 0 ? {} : { columnComments: columns.map((column) => ({ column: column.name, comment: column.comment })) }),
    }];
  });
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
  if (from.identity !== null) {
    const taken = table.columns.some((other) => other !== column && other.identity && other.include);
    const greatest = greatestOf[column.type];
    delete column.default;
    if (!taken && greatest !== undefined && column.loadedAs === undefined && from.identity.step === '1') {
      column.identity = true;
      const next = nextNumber(from.identity.next, draft.assessed.columns.find((each) => each.name === column.source)?.maxInteger);
      table.identityNext = next;
      note({ ...at, kind: 'sequence', outcome: 'translated', reason: identityWords(next, from.identity.next, greatest) });
    } else {
      column.identity = false;
      note({ ...at, kind: 'sequence', outcome: 'listed', reason: reason('plan.object.native-sequence', { next: from.identity.next ?? '?', step: from.identity.step }) });
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

/** The last number of each type that numbers itself. */
const greatestOf: Readonly<Record<string, bigint>> = { smallint: 32767n, integer: 2147483647n, bigint: greatestNumber };

/** What the target gives next: what the source would, but behind the greatest number there is, and 1 at the least (`setSequence`). */
function nextNumber(source: string | null, greatest: string | undefined): string {
  return String([BigInt(source ?? 1), BigInt(greatest ?? 0) + 1n].reduce((a, b) => (a > b ? a : b), 1n));
}

function identityWords(next: string, source: string | null, greatest: bigint): Reason {
  if (BigInt(next) > greatest) return reason('plan.object.identity-used-up', { greatest: String(greatest) });
  return source === null || source === next ? reason('plan.object.identity', { next }) : reason('plan.object.identity-other', { next, source });
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
    for (const { name, definition, comment } of from.indexes) {
      const plain = table.indexes.find((index) => index.source === name);
      if (plain === undefined) note({ ...at, kind: 'index', name, source: definition, outcome: 'listed', reason: reason('plan.object.native-renamed') });
      else if (comment != null) plain.comment = comment;
    }
    return;
  }
  table.indexes = from.indexes.flatMap(({ name, unique, definition, comment }) => {
    const sql = take('index', name, definition);
    return sql === undefined ? [] : [{ name, source: name, unique, terms: [sql], definition: sql, ...(comment == null ? {} : { comment }) }];
  });
}

