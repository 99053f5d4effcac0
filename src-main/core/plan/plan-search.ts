import type { PlanColumn, PlanSearch, PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import { applyPolicy, createNamer, suffixed } from './names.ts';
import { columnOf } from './plan-keys.ts';
import { reason, type DraftTable, type PlanContext, type PlannedSource } from './types.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

/** By lower-case name of the full-text table. */
export type Searches = ReadonlyMap<string, PlanSearch>;

function textOf(column: PlanColumn): string {
  const value = column.generated === undefined ? quoteIdent(column.target) : `(${column.generated.expression})`;
  return isTextType(column.type) ? value : `${value}::text`;
}

/**
 * Full-text tables as a stored tsvector and a GIN index: of the content table, or of the table their own rows cross to. The configuration
 * `simple` folds case and splits words; stemming and stop words are a language's, which SQLite's tables do not name.
 */
export function planSearch(source: PlannedSource, drafts: readonly DraftTable[], planned: readonly PlanTable[], context: PlanContext): Searches {
  const searches = new Map<string, PlanSearch>();
  const database = source.assessment.database;
  for (const table of source.catalog.tables) {
    const { virtual } = table;
    if (virtual === undefined || virtual.holds === 'nothing' || !virtual.module.startsWith('fts')) continue;
    const own = virtual.holds === 'rows';
    const content = foldName(own ? table.name : virtual.content ?? '');
    const draft = drafts.find((candidate) => foldName(candidate.source.name) === content);
    const target = planned.find((candidate) => candidate.source.database === database && candidate.source.table === draft?.source.name);
    const object = { kind: 'virtual table', name: table.name, database, source: table.sql } as const;
    if (draft === undefined || target === undefined) {
      // A table of its own that does not cross has said why already.
      if (!own) context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.search-content', { content: virtual.content ?? '' }) });
      continue;
    }
    const unindexed = new Set(virtual.unindexed.map(foldName));
    const names = table.columns.filter((column) => column.hidden !== 1 && column.pk === 0 && column.declared !== 'INTEGER' && !unindexed.has(foldName(column.name))).map((column) => column.name);
    const columns = names.map((name) => target.columns.find((column) => column.source === columnOf(draft, name)?.source));
    const bytes = columns.find((column) => column?.type === 'bytea');
    if (columns.includes(undefined) || columns.length === 0 || bytes !== undefined) {
      const code = bytes === undefined ? 'plan.object.column-excluded' : 'plan.object.search-bytes';
      context.notes.objects.push({ ...object, table: draft.source.name, outcome: 'listed', reason: reason(code, { column: bytes?.target ?? '' }) });
      continue;
    }
    const taken = createNamer('column', [...target.columns.map((column) => column.target), ...(target.search ?? []).map((search) => search.column)]);
    const column = taken.take(suffixed(applyPolicy(table.name, context.options.identifiers), '_search')).name;
    const index = context.relationNames(draft.schema).take(suffixed(column, '_idx')).name;
    const texts = columns.flatMap((each) => (each === undefined ? [] : [`coalesce(${textOf(each)}, '')`]));
    const search: PlanSearch = { source: table.name, column, index, expression: `to_tsvector('simple'::regconfig, ${texts.join(" || ' ' || ")})`, triggers: [] };
    target.search = [...(target.search ?? []), search];
    searches.set(foldName(table.name), search);
    context.notes.objects.push({
      ...object, table: draft.source.name, outcome: 'translated',
      reason: reason(own ? 'plan.object.search-own' : 'plan.object.search', { column, table: draft.target, index, tokenizer: virtual.tokenizer === '' ? 'unicode61' : virtual.tokenizer }),
    });
  }
  return searches;
}
