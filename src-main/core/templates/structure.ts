import type { Plan, PlanForeignKey, PlanIndex, PlanTable } from '../../../shared/model/plan.ts';
import type { Template } from '../../../shared/model/template.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { matchesPattern } from '../plan/patterns.ts';

/**
 * Adds the keys and indexes that the program's own PostgreSQL schema has and its present store does not: a JSON export declares none.
 * What the source declares itself stays as it is. A key that rows break is created unvalidated, as any other (see build-objects.ts).
 */
export function withStructure(plan: Plan, template: Template): Plan {
  const objects = [...plan.objects];
  const tables = plan.tables.map((table) => {
    const source = template.sources.find((candidate) => matchesPattern(candidate.database, table.source.database));
    const known = source?.tables.find((candidate) => matchesPattern(candidate.table, table.source.table));
    if (known === undefined || !table.include || table.adopted === true) return table;
    const at = { table: table.source.table, database: table.source.database, outcome: 'created' as const, reason: { code: 'plan.object.template', params: { template: template.name } } };
    const foreignKeys = known.references.flatMap(({ column, table: parent, onDelete }) => foreignKeyOf(plan, table, column, parent, onDelete));
    const indexes = known.indexes.flatMap(({ name, column, descending }) => indexOf(plan, table, name, column, descending));
    for (const { name } of foreignKeys) objects.push({ kind: 'foreign key', name, ...at });
    for (const { name } of indexes) objects.push({ kind: 'index', name, ...at });
    const columns = table.columns.map((column) => (known.defaults[column.source] === undefined || column.default !== undefined || column.identity ? column : { ...column, default: known.defaults[column.source] }));
    return { ...table, columns, foreignKeys: [...table.foreignKeys, ...foreignKeys], indexes: [...table.indexes, ...indexes] };
  });
  return { ...plan, tables, objects };
}

function targetColumn(table: PlanTable, source: string): string | undefined {
  return table.columns.find((column) => column.source === source && column.include)?.target;
}

function foreignKeyOf(plan: Plan, table: PlanTable, column: string, parentName: string, onDelete: string): PlanForeignKey[] {
  const own = targetColumn(table, column);
  const parent = plan.tables.find((candidate) => candidate.include && candidate.source.database === table.source.database && candidate.source.table === parentName);
  const [key, ...more] = parent?.primaryKey?.columns ?? [];
  const declared = table.foreignKeys.some((foreignKey) => foreignKey.columns.length === 1 && foreignKey.columns[0] === own);
  if (own === undefined || parent === undefined || key === undefined || more.length > 0 || declared) return [];
  return [{
    name: `${table.target.table}_${own}_fkey`.slice(0, 63), columns: [own], references: { schema: parent.target.schema, table: parent.target.table, columns: [key] },
    onUpdate: 'NO ACTION', onDelete, deferrable: 'no', validate: true,
  }];
}

function indexOf(plan: Plan, table: PlanTable, name: string, column: string, descending: boolean): PlanIndex[] {
  const own = targetColumn(table, column);
  if (own === undefined || plan.tables.some((candidate) => candidate.indexes.some((index) => index.name === name))) return [];
  return [{ name, source: name, unique: false, terms: [`${quoteIdent(own)}${descending ? ' DESC' : ''}`] }];
}
