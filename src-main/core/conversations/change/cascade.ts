/**
 * What goes when a conversation goes: rows that foreign keys delete with it or set to null, however far away, and rows that belong to it
 * by the mapping alone.
 *
 * edge: rows of `child` that point at rows of `parent`. step: the rows of one table that leave (`delete`) or lose what they point at (`update`).
 */
import type { Field, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { fieldSql, typeOf, type MappedTables } from './fields.ts';
import { why } from './plan.ts';
import { nameOf, type ForeignKey, type Relation } from './relations.ts';
import { inOrder } from './in-order.ts';

/** Names the rows of a step, as a source in FROM: a CTE while counting, the kept table while changing. */
export type RowsOf = (step: number) => string;

export interface Step {
  readonly number: number;
  readonly relation: Relation;
  readonly action: 'delete' | 'update';
  /** Of an update: the columns that become null or their default. */
  readonly columns: readonly string[];
  /** Condition on alias `t`. */
  where(rowsOf: RowsOf): string;
}

export interface Cascade {
  /** In the order in which they can be found. */
  readonly steps: readonly Step[];
  /** Numbers of the deletions in the order in which the server takes them. */
  readonly order: readonly number[];
  /** Rows that stand in the way: any of them blocks. */
  readonly obstacles: readonly { readonly relation: Relation; readonly key: string; where(rowsOf: RowsOf): string }[];
  readonly blockers: readonly string[];
}

interface Edge {
  readonly child: Relation;
  readonly parent: Relation;
  readonly childSql: string;
  readonly parentSql: string;
  readonly columns: readonly string[];
  readonly refers: readonly string[];
  readonly action: ForeignKey['onDelete'] | 'mapping';
  readonly name: string;
}

const list = (columns: readonly string[], alias: string): string => (columns.length === 1 ? `${alias}.${quoteIdent(columns[0] ?? '')}` : `(${columns.map((column) => `${alias}.${quoteIdent(column)}`).join(', ')})`);
const flat = (columns: readonly string[], alias: string): string => columns.map((column) => `${alias}.${quoteIdent(column)}`).join(', ');

function mappingEdge(child: Relation, childField: Field, parent: Relation, parentField: Field): Edge {
  const same = typeOf(child, childField) === typeOf(parent, parentField);
  const as = (sql: string): string => (same ? sql : `(${sql})::text`);
  return { child, parent, childSql: as(fieldSql(childField, 't')), parentSql: as(fieldSql(parentField, 'p')), columns: [childField.column], refers: [parentField.column], action: 'mapping', name: '' };
}

function mappingEdges(mapping: Mapping, tables: MappedTables): Edge[] {
  const edges: Edge[] = [];
  const { conversations, messages, parts, tasks, events } = tables;
  const id = mapping.conversations?.id;
  if (conversations !== null && id !== undefined) {
    if (messages !== null && mapping.messages !== undefined) edges.push(mappingEdge(messages, mapping.messages.conversation, conversations, id));
    if (tasks !== null && mapping.tasks !== undefined) edges.push(mappingEdge(tasks, mapping.tasks.conversation, conversations, id));
    if (events !== null && mapping.events !== undefined) edges.push(mappingEdge(events, mapping.events.conversation, conversations, id));
  }
  if (messages !== null && parts !== null && mapping.messages !== undefined && mapping.parts !== undefined) edges.push(mappingEdge(parts, mapping.parts.message, messages, mapping.messages.id));
  return edges;
}

/** Conditions on alias `t` by which the first rows are found; `own` names the rows of their step. */
export type Roots = readonly { readonly relation: Relation; where(own: string): string }[];

export function findCascade(mapping: Mapping, tables: MappedTables, roots: Roots): Cascade {
  const blockers: string[] = [];
  const { relations } = tables;
  const toEdge = (key: ForeignKey): Edge[] => {
    const child = relations.get(key.from);
    const parent = relations.get(key.to);
    return child === null || parent === null ? [] : [{ child, parent, childSql: list(key.columns, 't'), parentSql: flat(key.refers, 'p'), columns: key.columns, refers: key.refers, action: key.onDelete, name: key.name }];
  };
  const ofMapping = mappingEdges(mapping, tables);
  const pointing = (relation: Relation): Edge[] => {
    const keys = relations.pointingAt(relation.oid).flatMap(toEdge);
    const isSame = (edge: Edge, key: Edge): boolean => key.child === edge.child && key.columns.join() === edge.columns.join() && key.refers.join() === edge.refers.join();
    // Where a foreign key cascades along the mapping it does the work; where it does not, the mapping's rows go first.
    const own = ofMapping.filter((edge) => edge.parent === relation && !keys.some((key) => key.action === 'c' && isSame(edge, key)));
    return [...keys.filter((key) => key.action === 'c' || !own.some((edge) => isSame(edge, key))), ...own];
  };

  const leaving = new Set<Relation>(roots.map(({ relation }) => relation));
  for (const relation of leaving) for (const edge of pointing(relation)) if (edge.action === 'c' || edge.action === 'mapping') leaving.add(edge.child);
  const edges = [...leaving].flatMap(pointing);
  const takes = edges.filter(({ action }) => action === 'c' || action === 'mapping');
  for (const relation of leaving) {
    if (relation.inherited) blockers.push(why('blocked.inherited', { table: nameOf(relation) }));
    if (relation.columns.some(({ name }) => name === batchColumn)) blockers.push(why('blocked.column', { table: nameOf(relation), column: batchColumn }));
    const selves = takes.filter((edge) => edge.child === relation && edge.parent === relation);
    if (new Set(selves.map(({ refers }) => refers.join())).size > 1 || selves.length > 1) blockers.push(why('blocked.selves', { table: nameOf(relation) }));
  }

  const found = inOrder([...leaving], takes.filter(({ child, parent }) => child !== parent).map(({ child, parent }) => [parent, child] as const));
  if (found === null) blockers.push(why('blocked.circle'));
  const nodes = found ?? [...leaving];
  const numberOf = new Map(nodes.map((relation, index) => [relation, index + 1]));
  const pointsAtLeaving = (edge: Edge, rowsOf: RowsOf): string => `${edge.childSql} IN (SELECT ${edge.parentSql} FROM ${rowsOf(numberOf.get(edge.parent) ?? 0)} p)`;

  const leaves = (relation: Relation, rowsOf: RowsOf): string => {
    const base = [
      ...roots.filter((root) => root.relation === relation).map((root) => root.where(rowsOf(numberOf.get(relation) ?? 0))),
      ...takes.filter((edge) => edge.child === relation && edge.parent !== relation).map((edge) => pointsAtLeaving(edge, rowsOf)),
    ];
    const plain = base.length === 1 ? (base[0] ?? 'false') : `(${base.join(' OR ')})`;
    const self = takes.find((edge) => edge.child === relation && edge.parent === relation);
    if (self === undefined) return plain;
    const names = self.refers.map(quoteIdent).join(', ');
    const down = self.columns.map((column, index) => `c.${quoteIdent(column)} = g.${quoteIdent(self.refers[index] ?? '')}`).join(' AND ');
    return `(${plain} OR ${list(self.refers, 't')} IN (WITH RECURSIVE gone(${names}) AS (SELECT ${flat(self.refers, 't')} FROM ${nameOf(relation)} t WHERE ${plain} UNION SELECT ${flat(self.refers, 'c')} FROM ${nameOf(relation)} c JOIN gone g ON ${down}) SELECT * FROM gone))`;
  };
  const stays = (edge: Edge, rowsOf: RowsOf): string => {
    const points = pointsAtLeaving(edge, rowsOf);
    return leaving.has(edge.child) ? `${points} AND (${leaves(edge.child, rowsOf)}) IS NOT TRUE` : points;
  };

  const steps: Step[] = nodes.map((relation, index) => ({ number: index + 1, relation, action: 'delete', columns: [], where: (rowsOf) => leaves(relation, rowsOf) }));
  for (const edge of edges.filter(({ action }) => action === 'n' || action === 'd')) {
    if (edge.child.key.length === 0) blockers.push(why('blocked.no-key', { table: nameOf(edge.child) }));
    else if (edge.columns.some((column) => edge.child.key.includes(column))) blockers.push(why('blocked.key-changes', { table: nameOf(edge.child), key: edge.name }));
    else steps.push({ number: steps.length + 1, relation: edge.child, action: 'update', columns: edge.columns, where: (rowsOf) => stays(edge, rowsOf) });
  }
  const restricting = edges.filter(({ action }) => action === 'a' || action === 'r');
  const order = inOrder(
    nodes,
    [...restricting, ...takes.filter(({ action }) => action === 'mapping')].filter(({ child, parent }) => child !== parent && leaving.has(child)).map(({ child, parent }) => [child, parent] as const),
    takes.map(({ child, parent }) => [child, parent] as const),
  );
  if (order === null) blockers.push(why('blocked.no-order'));
  return {
    steps,
    order: (order ?? nodes).map((relation) => numberOf.get(relation) ?? 0),
    obstacles: restricting.map((edge) => ({ relation: edge.child, key: edge.name, where: (rowsOf) => stays(edge, rowsOf) })),
    blockers,
  };
}

/** Of a kept table: which batch of a purge took the row. */
export const batchColumn = 'travessia_batch';
