import type { Assessment, ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { Override } from '../../../shared/model/plan.ts';
import type { ColumnMeaning, Template } from '../../../shared/model/template.ts';
import { nonNullOf } from '../assess/profile.ts';
import { matchesPattern } from '../plan/patterns.ts';
import { plainName } from '../reshape/index.ts';

/** Which of the assessment's proposals bear a meaning. */
const bearers: Readonly<Record<ColumnMeaning, ReadonlySet<string>>> = {
  moment: new Set(['proposal.epoch-s', 'proposal.epoch-ms', 'proposal.epoch-us', 'proposal.epoch-ns', 'proposal.iso-zoned', 'proposal.iso-timestamp', 'proposal.iso-date']),
  date: new Set(['proposal.iso-date']),
  boolean: new Set(['proposal.zero-one', 'proposal.true-false']),
  json: new Set(['proposal.json']),
  jsonb: new Set(['proposal.json']),
  uuid: new Set(['proposal.uuid', 'proposal.uuid-hex', 'proposal.uuid-blob']),
  number: new Set(['proposal.integer-text', 'proposal.decimal-text']),
};

/** What a column without any value becomes: nothing in it says otherwise. A number may be whole or not, so that its type is open. */
const typeOfNone: Readonly<Record<Exclude<ColumnMeaning, 'number'>, string>> = { moment: 'timestamptz', date: 'date', boolean: 'boolean', json: 'json', jsonb: 'jsonb', uuid: 'uuid' };

/** Where a template sends a source: null where it does not know it. */
export function schemaFor(template: Template, database: string): string | null {
  return template.sources.find((source) => matchesPattern(source.database, database))?.schema ?? null;
}

/**
 * What a template decides about a source, as overrides of its plan. A meaning is taken only where every value bears it, or there is none; two units
 * that both fit (seconds or milliseconds) leave the column as it is, for a person to decide.
 */
export function templateOverrides(template: Template, assessment: Assessment): Override[] {
  const { database } = assessment;
  const source = template.sources.find((candidate) => matchesPattern(candidate.database, database));
  if (source === undefined) return [];
  return assessment.tables.flatMap((table) => {
    const known = source.tables.find((candidate) => matchesPattern(candidate.table, plainName(table.name)));
    const base = { database, table: table.name, by: 'template' as const };
    const renamed: Override[] = table.name !== plainName(table.name) || known?.target === undefined || known.target === table.name ? [] : [{ ...base, targetName: known.target }];
    return [...renamed, ...table.columns.flatMap((column) => columnOverride(base, table, column, { ...template.columns, ...known?.columns }, known?.names ?? {}))];
  });
}

/** Declared as JSON, and all of it is. */
function isJson({ candidates: [first] }: ColumnProfile): boolean {
  return first?.type === 'json' && first.misfits === '0';
}

/** Types of the same sense that a column's declaration has by itself: where it holds no value, that counts. */
const declaredAs: Readonly<Record<Exclude<ColumnMeaning, 'number'>, RegExp>> = { moment: /^(timestamp|date)/, date: /^date/, boolean: /^boolean/, json: /^json/, jsonb: /^jsonb/, uuid: /^uuid/ };

function columnOverride(base: Override, table: TableAssessment, column: ColumnProfile, meanings: Readonly<Record<string, ColumnMeaning>>, names: Readonly<Record<string, string>>): Override[] {
  // The table's own words come last and count.
  const meaning = Object.entries(meanings).findLast(([pattern]) => matchesPattern(pattern, column.name))?.[1];
  const fitting = meaning === undefined ? [] : column.proposals.filter(({ code, misfits, matches }) => bearers[meaning].has(code) && misfits === '0' && matches !== '0');
  const none = meaning === undefined || meaning === 'number' || nonNullOf(column) > 0n || declaredAs[meaning].test(column.candidates[0]?.type ?? '') ? undefined : typeOfNone[meaning];
  const [proposal] = fitting.length === 1 ? fitting : meaning === 'jsonb' && isJson(column) ? [{ type: 'jsonb' }] : none === undefined ? [] : [{ type: none }];
  const targetName = names[column.name];
  if (proposal === undefined && targetName === undefined) return [];
  return [{
    ...base, column: column.name,
    ...(targetName === undefined ? {} : { targetName }),
    ...(proposal === undefined || (table.key.includes(column.name) && meaning !== 'uuid') ? {} : { type: meaning === 'jsonb' ? 'jsonb' : proposal.type, cast: ('cast' in proposal ? proposal.cast : undefined) ?? null }),
  }];
}
