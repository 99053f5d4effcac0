import type { Origin, OriginColumn, OriginTable } from '../../../shared/model/origin.ts';
import type { RowSums } from './row-sums.ts';
import type { SourceCatalog, SourceConstraint } from './source-catalog.ts';
import { isNumbered, keyClause, type KeptColumn, type KeptTable } from './source-tables.ts';

const kinds: Readonly<Record<string, OriginTable['constraints'][number]['kind']>> = { u: 'unique', x: 'exclusion', f: 'foreign key' };

function columnOf({ source, name, type }: KeptColumn): OriginColumn {
  return {
    name, source: source.name, type: source.base, direct: type.isOwn && source.labels === null,
    collation: source.collation === null ? null : 'C',
    default: isNumbered(source) ? null : source.default,
    generated: source.generated,
    identity: isNumbered(source) ? { next: source.next, step: source.step ?? '1' } : null,
    comment: source.comment,
  };
}

/**
 * What the snapshot's own words cannot say of these tables, in PostgreSQL's (see shared/model/origin.ts).
 * @param answers - of the catalog's views, in their order
 */
export function originOf(catalog: SourceCatalog, tables: readonly KeptTable[], answers: readonly (RowSums | null)[]): Origin {
  const special = (table: KeptTable, constraint: SourceConstraint): boolean => constraint.type !== 'c' && keyClause(table, tables, constraint) === null;
  return {
    kind: 'postgres',
    schemas: [...new Set([...catalog.tables.map(({ schema }) => schema), ...catalog.types.map(({ schema }) => schema), ...catalog.views.map(({ schema }) => schema), ...catalog.others.map(({ name }) => /^(\w+)\./.exec(name)?.[1] ?? 'public')])],
    tables: tables.map((table) => ({
      name: table.name, schema: table.source.schema, source: table.source.name, comment: table.source.comment, inherited: table.source.inherited,
      columns: table.columns.map(columnOf),
      checks: table.source.constraints.filter(({ type }) => type === 'c').map(({ name, expression }) => ({ name, expression: expression ?? 'true' })),
      constraints: table.source.constraints.filter((constraint) => special(table, constraint)).flatMap((constraint) => {
        const kind = kinds[constraint.type];
        return kind === undefined ? [] : [{ kind, name: constraint.name, definition: constraint.definition }];
      }),
      indexes: table.source.indexes.map(({ name, unique, definition, comment }) => ({ name, unique, comment, definition: definition.slice(definition.indexOf(' USING ') + 1) })),
    })),
    types: [...catalog.types],
    views: catalog.views.map((view, at) => ({ ...view, answer: answers[at] ?? null })),
  };
}
