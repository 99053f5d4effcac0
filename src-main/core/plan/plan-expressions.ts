import type { SqliteIndex } from '../../../shared/model/catalog.ts';
import type { PlanIndex, PlanTable } from '../../../shared/model/plan.ts';
import type { RepairChoice } from '../../../shared/model/repair.ts';
import { parseCreateIndex, translateCheck, translateIndex } from '../../../shared/pure/sqlite-sql/index.ts';
import { checkedColumns } from '../assess/broken-checks.ts';
import { addHashed, hashedKey } from './long-keys.ts';
import { createNamer, suffixed, takeTold } from './names.ts';
import { columnOf, columnTerm, repairedReason, targetColumns, unindexed, violationOf } from './plan-keys.ts';
import { translationContext } from './translation-context.ts';
import { reason, type DraftTable, type PlanContext } from './types.ts';
import { attempt } from './untranslatable.ts';

/** CHECK constraints in PostgreSQL's words; those whose meaning cannot be kept are listed. */
export function planChecks(table: DraftTable, tables: readonly DraftTable[], taken: readonly string[], context: PlanContext): PlanTable['checks'] {
  const names = createNamer('relation', taken);
  const translation = translationContext(tables, [], context);
  const checks: PlanTable['checks'] = [];
  for (const check of table.parsed?.checks ?? []) {
    const name = check.name === undefined ? names.take(suffixed(table.target, '_check')).name : takeTold(names, check.name, { findings: context.notes.findings, table: table.source.name });
    const object = { kind: 'check', name, table: table.source.name, database: table.database, source: check.expression } as const;
    const translated = attempt(() => translateCheck(check.expression, table.source.name, translation));
    if ('refused' in translated) {
      context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: translated.refused }) });
    } else if (translated.value.dropped !== undefined) {
      context.notes.objects.push({ ...object, outcome: 'translated', reason: reason('plan.object.note', { note: translated.value.dropped }) });
    } else {
      const note = translated.value.notes.join('; ');
      const { choice, count } = judged(table, name, check.expression, context);
      if (choice === 'drop') {
        context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.dropped', { count }) });
        continue;
      }
      const kept = choice === 'keep' && count !== '0';
      checks.push({ name, expression: translated.value.sql, source: check.expression, ...(kept ? { validate: false } : {}) });
      const why = kept ? reason('plan.object.check-broken', { count, note: note === '' ? '' : `; ${note}` })
        : count !== '0' ? repairedReason(choice, count) : note === '' ? undefined : reason('plan.object.note', { note });
      context.notes.objects.push({ ...object, outcome: 'translated', ...(why === undefined ? {} : { reason: why }) });
    }
  }
  return checks;
}

/** How many rows break a CHECK, and what is done about them; where SQLite could not say, the server will. */
function judged(table: DraftTable, object: string, check: string, context: PlanContext): { readonly choice: RepairChoice; readonly count: string } {
  const found = table.assessed.checks?.find(({ expression }) => expression === check);
  if (found === undefined) return { choice: 'keep', count: '0' };
  const parts = checkedColumns(check, table.source).map((name) => ({ name, collation: 'BINARY' }));
  const { choice, count } = context.repairs.choose({ problem: 'check', table: table.source, object, parts, planned: table.columns, check, count: found.broken });
  return count === '0' ? { choice: 'keep', count } : { choice, count };
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

/**
 * Indexes made by CREATE INDEX: plain, descending, partial and on expressions.
 * @param constraints - takes uniqueness that no b-tree can hold
 */
export function planIndexes(table: DraftTable, tables: readonly DraftTable[], constraints: NonNullable<PlanTable['constraints']>, context: PlanContext): PlanIndex[] {
  const translation = translationContext(tables, [], context);
  const names = context.relationNames(table.schema);
  const planned: PlanIndex[] = [];
  for (const index of table.source.indexes.filter((candidate) => candidate.origin === 'c')) {
    const name = takeTold(names, index.name, { findings: context.notes.findings, table: table.source.name });
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
    const hashed = plain === undefined ? undefined : hashedKey(table, index, name, context);
    if (hashed !== undefined) {
      const { name: _name, ...rest } = object;
      addHashed(hashed, name, index, rest, { indexes: planned, constraints }, context);
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
