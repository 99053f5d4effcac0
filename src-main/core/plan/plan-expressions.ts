import type { SqliteIndex } from '../../../shared/model/catalog.ts';
import type { PlanIndex, PlanTable } from '../../../shared/model/plan.ts';
import { parseCreateIndex, translateCheck, translateIndex } from '../../../shared/pure/sqlite-sql/index.ts';
import { createNamer, suffixed } from './names.ts';
import { columnOf, columnTerm, targetColumns, unindexed, violationOf } from './plan-keys.ts';
import { translationContext } from './translation-context.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { attempt } from './untranslatable.ts';

/** CHECK constraints in PostgreSQL's words; those whose meaning cannot be kept are listed. */
export function planChecks(table: DraftTable, tables: readonly DraftTable[], taken: readonly string[], context: PlanContext): PlanTable['checks'] {
  const names = createNamer('relation', taken);
  const translation = translationContext(tables, []);
  const checks: PlanTable['checks'] = [];
  for (const check of table.parsed?.checks ?? []) {
    const name = names.take(check.name ?? suffixed(table.target, '_check')).name;
    const object = { kind: 'check', name, table: table.source.name, database: table.database, source: check.expression } as const;
    const translated = attempt(() => translateCheck(check.expression, table.source.name, translation));
    if ('refused' in translated) {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: translated.refused }) });
    } else if (translated.value.dropped !== undefined) {
      context.notes.objects.push({ ...object, outcome: 'translated', reason: reason('plan.object.note', { note: translated.value.dropped }) });
    } else {
      checks.push({ name, expression: translated.value.sql, source: check.expression });
      const [note] = translated.value.notes;
      context.notes.objects.push({ ...object, outcome: 'translated', ...(note === undefined ? {} : { reason: reason('plan.object.note', { note: translated.value.notes.join('; ') }) }) });
    }
  }
  return checks;
}

function plainTerms(table: DraftTable, index: SqliteIndex): { terms: string[]; translated: boolean } | undefined {
  if (index.partial || targetColumns(table, index.columns.map((part) => part.name ?? '')) === undefined) return undefined;
  let translated = false;
  const terms = index.columns.map((part) => {
    const column = columnOf(table, part.name ?? '');
    if (column === undefined) return '';
    const term = columnTerm(column, part.collation, part.desc);
    translated ||= term.translated;
    return term.sql;
  });
  return { terms, translated };
}

/** Indexes made by CREATE INDEX: plain, descending, partial and on expressions. */
export function planIndexes(table: DraftTable, tables: readonly DraftTable[], context: PlanContext): PlanIndex[] {
  const translation = translationContext(tables, []);
  const names = context.relationNames(table.schema);
  const planned: PlanIndex[] = [];
  for (const index of table.source.indexes.filter((candidate) => candidate.origin === 'c')) {
    const name = names.take(index.name).name;
    const object = { kind: 'index', name, table: table.source.name, database: table.database, ...(index.sql === null ? {} : { source: index.sql }) } as const;
    const plain = plainTerms(table, index);
    const violation = index.unique && plain !== undefined ? violationOf(table, index, name, context) : {};
    if (violation.kept !== undefined) {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.not-unique', { detail: violation.kept }) });
      continue;
    }
    const refused = plain === undefined ? undefined : unindexed(table, index.columns.map((part) => part.name ?? ''));
    if (refused !== undefined) {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: refused });
      continue;
    }
    if (plain !== undefined) {
      planned.push({ name, source: index.name, unique: index.unique, terms: plain.terms });
      context.notes.objects.push({
        ...object, outcome: plain.translated ? 'translated' : 'created',
        ...(plain.translated ? { reason: reason('plan.object.index-collation', { collation: index.columns.map((part) => part.collation).join(', ') }) } : violation.repaired === undefined ? {} : { reason: violation.repaired }),
      });
      continue;
    }
    const translated = attempt(() => translateIndex(parseCreateIndex(index.sql ?? ''), translation));
    if ('refused' in translated) {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: translated.refused }) });
      continue;
    }
    const { terms, where, notes } = translated.value;
    planned.push({ name, source: index.name, unique: index.unique, terms: [...terms], ...(where === undefined ? {} : { where }) });
    context.notes.objects.push({ ...object, outcome: 'translated', ...(notes.length === 0 ? {} : { reason: reason('plan.object.note', { note: notes.join('; ') }) }) });
  }
  return planned;
}
