import type { SqliteTrigger } from '../../../shared/model/catalog.ts';
import type { PlanSearch, PlanTrigger } from '../../../shared/model/plan.ts';
import { parseCreateTrigger, translateTrigger, type TriggerStatement } from '../../../shared/pure/sqlite-sql/index.ts';
import { applyPolicy, createNamer, takeTold, type Namer } from './names.ts';
import { columnOf } from './plan-keys.ts';
import type { Searches } from './plan-search.ts';
import { translationContext, type KnownView } from './translation-context.ts';
import { reason, type DraftTable, type PlanContext, type PlannedSource } from './types.ts';
import { attempt } from './untranslatable.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

/** Tables a write reaches: those it names, and by the actions of foreign keys those that point at them. */
function reach(writes: readonly string[], tables: readonly DraftTable[]): Set<string> {
  const reached = new Set(writes.map(foldName));
  for (let before = -1; before !== reached.size; ) {
    before = reached.size;
    for (const { source } of tables) {
      const acts = source.foreignKeys.some((key) => reached.has(foldName(key.parent)) && [key.onDelete, key.onUpdate].some((action) => /^(CASCADE|SET)/i.test(action)));
      if (acts) reached.add(foldName(source.name));
    }
  }
  return reached;
}

/** What a trigger may watch. */
interface Watchable {
  readonly tables: readonly DraftTable[];
  readonly views: readonly KnownView[];
}

function translateOne(trigger: SqliteTrigger, { tables, views }: Watchable, context: PlanContext, watched: ReadonlySet<string>, replaced: (statement: TriggerStatement) => boolean) {
  const definition = parseCreateTrigger(trigger.sql);
  return { definition, translated: translateTrigger(definition, translationContext(tables, views, context, watched), replaced) };
}

/**
 * Row triggers in PL/pgSQL. Statements that keep a full-text index of another table (its 'delete' commands too) are left out: the computed
 * column of the content table does that by itself. What would not mean the same is listed with its text (lang_createtrigger.html).
 */
export function planTriggers(source: PlannedSource, within: Watchable, searches: Searches, context: PlanContext): PlanTrigger[] {
  const { tables, views } = within;
  const database = source.assessment.database;
  const watched = new Set(source.catalog.triggers.map((trigger) => foldName(trigger.table)));
  const names = new Map<DraftTable | KnownView, Namer>();
  const planned: PlanTrigger[] = [];
  for (const trigger of source.catalog.triggers) {
    const object = { kind: 'trigger', name: trigger.name, table: trigger.table, database, source: trigger.sql } as const;
    const list = (code: string, params: Readonly<Record<string, string>>) => context.notes.objects.push({ ...object, outcome: 'listed', reason: reason(code, params) });
    const taken = new Map<string, PlanSearch>();
    const found = attempt(() => translateOne(trigger, within, context, watched, (statement) => {
      const name = statement.type === 'select' ? '' : foldName(statement.table);
      const search = tables.some((table) => foldName(table.source.name) === name) ? undefined : searches.get(name);
      if (search !== undefined) taken.set(name, search);
      return search !== undefined;
    }));
    if ('refused' in found) {
      list('plan.object.trigger-untranslatable', { detail: found.refused });
      continue;
    }
    const { definition, translated } = found.value;
    for (const search of taken.values()) search.triggers.push(trigger.name);
    if (taken.size > 0 && translated.steps.length === 0) {
      context.notes.objects.push({ ...object, outcome: 'translated', reason: reason('plan.object.trigger-search', { column: [...taken.values()].map((search) => search.column).join(', ') }) });
      continue;
    }
    const wantedTable = foldName(definition.table);
    const table = tables.find((candidate) => foldName(candidate.source.name) === wantedTable);
    const view = views.find((candidate) => foldName(candidate.name) === wantedTable);
    const columns = table === undefined ? [] : definition.columns.map((name) => columnOf(table, name)?.target ?? '');
    const on = definition.timing === 'INSTEAD OF' ? view : table;
    if (on === undefined || columns.includes('')) {
      list('plan.object.column-excluded', {});
      continue;
    }
    const wanted = applyPolicy(trigger.name, context.options.identifiers);
    const own = names.get(on) ?? createNamer('relation');
    names.set(on, own);
    const target = { schema: on.schema, table: on.target, trigger: takeTold(own, wanted, { findings: context.notes.findings, table: trigger.table }), function: context.functionNames(on.schema).take(wanted).name };
    const isRecursive = [...reach(translated.writes, tables)].some((name) => watched.has(name));
    if (isRecursive && definition.timing === 'INSTEAD OF' && translated.writes.some((name) => foldName(name) === wantedTable)) {
      // PostgreSQL takes no condition on such a trigger, which would keep it from firing itself.
      list('plan.object.trigger-untranslatable', { detail: 'an INSTEAD OF trigger that writes to its own view' });
      continue;
    }
    planned.push({
      source: { database, trigger: trigger.name, table: table?.source.name ?? definition.table },
      target, timing: definition.timing, event: definition.event, columns,
      ...(isRecursive && definition.timing !== 'INSTEAD OF' ? { guard: `trigger_guard.${guardName(`${target.schema}.${target.function}`)}` } : {}),
      ...(translated.when === undefined ? {} : { when: translated.when }),
      steps: translated.steps.map((step) => ({ ...step })),
      sourceSql: trigger.sql,
    });
    const note = translated.notes.map((each) => `; ${each}`).join('');
    context.notes.objects.push({
      ...object, outcome: 'translated',
      reason: reason(definition.timing === 'AFTER' ? 'plan.object.trigger-translated' : 'plan.object.trigger-before', { function: target.function, note }),
    });
  }
  return planned;
}

/** A setting's name must be a plain identifier; two triggers' names must not meet. */
function guardName(name: string): string {
  let hash = 0n;
  for (const character of name) hash = (hash * 1_099_511_628_211n + BigInt(character.codePointAt(0) ?? 0)) % (1n << 64n);
  return `on_${hash.toString(16)}`;
}
