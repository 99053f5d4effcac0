import type { Finding } from '../../../shared/model/finding.ts';
import type { PlanObject, PlanTable } from '../../../shared/model/plan.ts';
import type { TargetTable } from './target-tables.ts';

/** A planned table as it was before it was adopted, and what it became. */
export interface Adopted {
  readonly before: PlanTable;
  readonly after: PlanTable;
  readonly target: TargetTable;
}

const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.toSorted().join('\0') === b.toSorted().join('\0');

/** A column's name after the adoption, by its name before. */
function renamed({ before, after }: Adopted, names: readonly string[]): string[] {
  return names.map((name) => {
    const source = before.columns.find((column) => column.target === name)?.source;
    return after.columns.find((column) => column.source === source)?.target ?? name;
  });
}

/** The target's own object that says what one of the source says; null where there is none, undefined where nothing is compared. */
function counterpart(object: PlanObject, adopted: Adopted, all: readonly Adopted[]): string | null | undefined {
  const { before, target } = adopted;
  if (object.kind === 'primary key' || object.kind === 'unique') {
    const key = [before.primaryKey, ...before.uniques].find((each) => each?.name === object.name);
    if (key === undefined) return undefined;
    return target.keys.find((each) => sameSet(each.columns, renamed(adopted, key.columns)))?.name ?? null;
  }
  if (object.kind === 'foreign key') {
    const key = before.foreignKeys.find((each) => each.name === object.name);
    if (key === undefined) return undefined;
    const parent = all.find((each) => each.before.target.schema === key.references.schema && each.before.target.table === key.references.table);
    const columns = renamed(adopted, key.columns);
    return target.foreignKeys.find((each) => sameSet(each.columns, columns) && each.table === (parent?.target.name ?? key.references.table))?.name ?? null;
  }
  if (object.kind === 'sequence') {
    const column = before.columns.find((each) => each.identity);
    const found = target.columns.find((each) => column !== undefined && each.name === renamed(adopted, [column.target])[0]);
    return found?.sequence ?? null;
  }
  return undefined;
}

/** What becomes of the source's own objects where the target's tables are adopted: the target's stand for them, or nothing does. */
export function adoptObjects(objects: readonly PlanObject[], all: readonly Adopted[], isCreated: (view: PlanObject) => boolean): { objects: PlanObject[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const changed = objects.map((object): PlanObject => {
    if (object.kind === 'view') return object.outcome === 'listed' || isCreated(object) ? object : { ...object, outcome: 'listed', reason: { code: 'plan.object.adopted-view' } };
    const adopted = all.find(({ before }) => before.source.table === object.table && before.source.database === object.database);
    if (adopted === undefined || object.outcome === 'listed') return object;
    const found = counterpart(object, adopted, all);
    if (found === null) {
      findings.push({ code: 'plan.finding.adopt-object-missing', severity: 'warning', table: adopted.before.source.table, object: object.name, params: { kind: object.kind, name: object.name } });
      return { ...object, outcome: 'listed', reason: { code: 'plan.object.adopted-none' } };
    }
    return found === undefined
      ? { ...object, outcome: 'listed', reason: { code: 'plan.object.adopted' } }
      : { ...object, outcome: 'translated', reason: { code: 'plan.object.adopted-own', params: { name: found } } };
  });
  for (const adopted of all) {
    const { before, target } = adopted;
    const wanted = [before.primaryKey, ...before.uniques].flatMap((key) => (key === undefined ? [] : [renamed(adopted, key.columns)]));
    for (const key of target.keys.filter((each) => !wanted.some((columns) => sameSet(columns, each.columns)))) {
      findings.push({ code: 'plan.finding.adopt-key-extra', severity: 'info', table: before.source.table, object: key.name, params: { name: key.name, columns: key.columns.join(', ') } });
    }
  }
  return { objects: changed, findings };
}
