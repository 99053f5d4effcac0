import type { PlanView } from '../../../shared/model/plan.ts';
import type { SqliteView } from '../../../shared/model/catalog.ts';
import { parseCreateView, translateView } from '../../../shared/pure/sqlite-sql/index.ts';
import { applyPolicy, takeTold } from './names.ts';
import { translationContext, type KnownView } from './translation-context.ts';
import { reason, type DraftTable, type PlanContext, type PlannedSource } from './types.ts';
import { attempt } from './untranslatable.ts';

/** Views in an order in which each finds those it reads; a broken or untranslatable one never stops the rest. */
export function planViews(source: PlannedSource, tables: readonly DraftTable[], context: PlanContext): { readonly views: PlanView[]; readonly known: readonly KnownView[] } {
  const { notes, options } = context;
  const database = source.assessment.database;
  const known: KnownView[] = [];
  const planned: PlanView[] = [];
  const names = context.relationNames(source.schema);
  let waiting: SqliteView[] = [];
  for (const view of source.catalog.views) {
    if (view.error === null) waiting.push(view);
    else notes.objects.push({ kind: 'view', name: view.name, database, outcome: 'listed', reason: reason('plan.object.view-broken', { detail: view.error }), source: view.sql });
  }
  while (waiting.length > 0) {
    const refused: { view: SqliteView; why: string }[] = [];
    for (const view of waiting) {
      const translated = attempt(() => translateView(parseCreateView(view.sql), translationContext(tables, known, context)));
      if ('refused' in translated) {
        refused.push({ view, why: translated.refused });
        continue;
      }
      const target = takeTold(names, applyPolicy(view.name, options.identifiers), { findings: notes.findings });
      known.push({ name: view.name, schema: source.schema, target, columns: translated.value.columns });
      planned.push({
        source: { database, view: view.name },
        target: { schema: source.schema, view: target },
        columns: [...translated.value.columns.values()].map((column) => column.name),
        sql: translated.value.sql,
        sourceSql: view.sql,
      });
      notes.objects.push({ kind: 'view', name: view.name, database, outcome: 'translated', source: view.sql, reason: translated.value.notes.length === 0 ? reason('plan.object.view-translated') : reason('plan.object.note', { note: translated.value.notes.join('; ') }) });
    }
    if (refused.length === waiting.length) {
      for (const { view, why } of refused) notes.objects.push({ kind: 'view', name: view.name, database, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: why }), source: view.sql });
      break;
    }
    waiting = refused.map(({ view }) => view);
  }
  return { views: planned, known };
}
