import type { PlanColumn } from '../../../shared/model/plan.ts';
import { translateGenerated, type TranslationContext } from '../../../shared/pure/sqlite-sql/index.ts';
import { translationContext } from './translation-context.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { attempt } from './untranslatable.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** The table's other generated columns, each by its own expression; those not translated yet are unknown. */
function withInlined(context: TranslationContext, table: DraftTable, known: ReadonlyMap<string, string>): TranslationContext {
  return {
    ...context,
    table(name) {
      const found = context.table(name);
      if (found === undefined || !sameName(name, table.source.name)) return found;
      const columns = new Map(found.columns);
      for (const column of table.source.columns.filter(({ hidden }) => hidden === 2 || hidden === 3)) {
        const target = columns.get(column.name);
        const inline = known.get(column.name);
        if (inline === undefined) columns.delete(column.name);
        else if (target !== undefined) columns.set(column.name, { ...target, inline });
      }
      return { ...found, columns };
    },
  };
}

/**
 * Translates the expressions of generated columns, stored and virtual alike; PostgreSQL 14 to 17 know only stored ones. Whether the server
 * takes an expression and computes what SQLite did is decided by the run on the loaded rows (core/runs/build-generated.ts).
 */
export function planGenerated(table: DraftTable, tables: readonly DraftTable[], context: PlanContext): PlanColumn[] {
  const generated = table.source.columns.filter(({ hidden }) => hidden === 2 || hidden === 3);
  if (generated.length === 0) return table.columns;
  const translation = translationContext(tables, [], context);
  const known = new Map<string, string>();
  const planned = new Map<string, NonNullable<PlanColumn['generated']>>();
  let waiting = generated;
  while (waiting.length > 0) {
    const refused: { readonly column: (typeof generated)[number]; readonly why: string }[] = [];
    for (const column of waiting) {
      const target = table.columns.find((candidate) => candidate.source === column.name);
      const source = table.parsed?.definition.columns.find((candidate) => sameName(candidate.name, column.name))?.generated?.expression;
      const object = { kind: 'generated column', name: `${table.source.name}.${column.name}`, table: table.source.name, database: table.database, ...(source === undefined ? {} : { source }) } as const;
      if (target === undefined || source === undefined || !target.include) {
        context.notes.objects.push({ ...object, outcome: 'listed', reason: reason(target?.include === false ? 'plan.excluded.person' : 'plan.object.generated') });
        continue;
      }
      const translated = attempt(() => translateGenerated(source, table.source.name, target.type, withInlined(translation, table, known)));
      if ('refused' in translated) {
        refused.push({ column, why: translated.refused });
        continue;
      }
      const { sql, notes } = translated.value;
      known.set(column.name, `(${sql})`);
      planned.set(target.source, { expression: sql, source });
      const note = notes.length === 0 ? '' : `; ${notes.join('; ')}`;
      context.notes.objects.push({ ...object, outcome: column.hidden === 3 && sql === source ? 'created' : 'translated', reason: reason('plan.object.generated-stored', { expression: sql, note }) });
    }
    if (refused.length === waiting.length) {
      for (const { column, why } of refused) {
        context.notes.objects.push({
          kind: 'generated column', name: `${table.source.name}.${column.name}`, table: table.source.name, database: table.database, outcome: 'listed',
          reason: reason('plan.object.generated-untranslatable', { detail: why }), source: table.parsed?.definition.columns.find(({ name }) => name === column.name)?.generated?.expression ?? '',
        });
      }
      break;
    }
    waiting = refused.map(({ column }) => column);
  }
  return table.columns.map((column) => {
    const found = planned.get(column.source);
    return found === undefined ? column : { ...column, generated: found };
  });
}
