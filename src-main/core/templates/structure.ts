import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Plan, PlanForeignKey, PlanIndex, PlanKey, PlanTable } from '../../../shared/model/plan.ts';
import type { Template } from '../../../shared/model/template.ts';
import { cutIdentifier, quoteIdent } from '../../../shared/pure/quote.ts';
import { matchesPattern } from '../plan/patterns.ts';

/**
 * Adds the keys and indexes that the program's own PostgreSQL schema has and its present store does not: a JSON export declares none.
 * What the source declares itself stays as it is. A key that rows break is created unvalidated, as any other (see build-objects.ts).
 */
export function withStructure(assessments: readonly Assessment[], plan: Plan, template: Template): Plan {
  const objects = [...plan.objects];
  const tables = plan.tables.map((table) => {
    const source = template.sources.find((candidate) => matchesPattern(candidate.database, table.source.database));
    const known = source?.tables.find((candidate) => matchesPattern(candidate.table, table.source.table));
    if (known === undefined || !table.include || table.adopted === true) return table;
    const at = { table: table.source.table, database: table.source.database, outcome: 'created' as const, reason: { code: 'plan.object.template', params: { template: template.name } } };
    const foreignKeys = known.references.flatMap(({ column, table: parent, onDelete }) => foreignKeyOf(plan, table, column, parent, onDelete));
    const indexes = known.indexes.flatMap(({ name, column, descending }) => indexOf(plan, table, name, column, descending));
    const uniques = known.uniques.flatMap((column) => uniqueOf(table, column));
    for (const { name } of uniques) objects.push({ kind: 'unique', name, ...at });
    for (const { name } of foreignKeys) objects.push({ kind: 'foreign key', name, ...at });
    for (const { name } of indexes) objects.push({ kind: 'index', name, ...at });
    const assessed = assessments.find(({ database }) => database === table.source.database)?.tables.find(({ name }) => name === table.source.table);
    const columns = table.columns.map((column) => {
      const fallback = known.defaults[column.source];
      const isFilled = known.required.includes(column.source) && assessed?.columns.find(({ name }) => name === column.source)?.classes.null === '0';
      return { ...column, ...(isFilled ? { nullable: false } : {}), ...(fallback === undefined || column.default !== undefined || column.identity || !gives(fallback, column.type) ? {} : { default: fallback }) };
    });
    return { ...table, columns, uniques: [...table.uniques, ...uniques], foreignKeys: [...table.foreignKeys, ...foreignKeys], indexes: [...table.indexes, ...indexes] };
  });
  return { ...plan, tables, objects };
}

/** Whether a default is of the type that the column took, which the values decided. */
function gives(expression: string, type: string): boolean {
  if (expression === 'gen_random_uuid()') return type === 'uuid';
  if (expression === 'CURRENT_TIMESTAMP') return type.startsWith('timestamp');
  if (/^(true|false)$/.test(expression)) return type === 'boolean';
  if (/^\d+$/.test(expression)) return /^(bigint|integer|smallint|numeric|double precision)/.test(type);
  return /^(text|varchar|character varying)/.test(type);
}

function targetColumn(table: PlanTable, source: string): string | undefined {
  return table.columns.find((column) => column.source === source && column.include)?.target;
}

function uniqueOf(table: PlanTable, column: string): PlanKey[] {
  const own = targetColumn(table, column);
  if (own === undefined || table.uniques.some(({ columns }) => columns.length === 1 && columns[0] === own)) return [];
  return [{ name: cutIdentifier(`${table.target.table}_${own}_key`), columns: [own] }];
}

function foreignKeyOf(plan: Plan, table: PlanTable, column: string, parentName: string, onDelete: string): PlanForeignKey[] {
  const own = targetColumn(table, column);
  const parent = plan.tables.find((candidate) => candidate.include && candidate.source.database === table.source.database && candidate.source.table === parentName);
  const [key, ...more] = parent?.primaryKey?.columns ?? [];
  const declared = table.foreignKeys.some((foreignKey) => foreignKey.columns.length === 1 && foreignKey.columns[0] === own);
  if (own === undefined || parent === undefined || key === undefined || more.length > 0 || declared) return [];
  return [{
    name: cutIdentifier(`${table.target.table}_${own}_fkey`), columns: [own], references: { schema: parent.target.schema, table: parent.target.table, columns: [key] },
    onUpdate: 'NO ACTION', onDelete, deferrable: 'no', validate: true,
  }];
}

function indexOf(plan: Plan, table: PlanTable, name: string, column: string, descending: boolean): PlanIndex[] {
  const own = targetColumn(table, column);
  if (own === undefined || plan.tables.some((candidate) => candidate.indexes.some((index) => index.name === name))) return [];
  return [{ name, source: name, unique: false, terms: [`${quoteIdent(own)}${descending ? ' DESC' : ''}`] }];
}
