import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import type { SqliteColumn } from '../../../shared/model/catalog.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { decideCandidate, meaningOf, affinityOf } from '../../../shared/pure/type-ladder/index.ts';
import { escapedCount, escapeParams, ownWay, shownWay, type SettledWay, type Way } from '../keys/index.ts';
import { nonNullOf } from './profile.ts';

/** Sizes from which a single value deserves a remark: it has to fit into memory on both sides. */
const largeValue = 16 * 1024 * 1024;

/** What stands out in one column, given the type it takes without a person. */
export function columnFindings(table: string, column: SqliteColumn, profile: ColumnProfile, rejectShare: number, settled?: SettledWay): Finding[] {
  const types = settled === undefined ? typeFindings(table, profile, rejectShare) : [joinedFinding(table, profile, rejectShare, settled)];
  return [...types, ...escapedFindings(table, profile, settled?.way ?? ownWay(profile, rejectShare)), ...valueFindings(table, column, profile)];
}

/** A column that a foreign key joins with one of another type. */
function joinedFinding(table: string, profile: ColumnProfile, rejectShare: number, { way, others }: SettledWay): Finding {
  const params = { declared: profile.declared, from: shownWay(ownWay(profile, rejectShare)), type: shownWay(way), others: others.join(', ') };
  return { code: 'finding.joined', severity: 'warning', table, column: profile.name, params };
}

/** What escaping changes of a column's texts, and how the source's bytes are had back. */
function escapedFindings(table: string, profile: ColumnProfile, way: Way): Finding[] {
  const params = escapeParams(profile, way, profile.name);
  return params === undefined ? [] : [{ code: 'finding.escaped', severity: 'warning', table, column: profile.name, count: escapedCount(profile, way), params }];
}

function typeFindings(table: string, profile: ColumnProfile, rejectShare: number): Finding[] {
  const nonNull = nonNullOf(profile);
  const index = decideCandidate(profile.candidates, nonNull, rejectShare);
  const first = profile.candidates[0];
  const chosen = profile.candidates[index];
  if (first === undefined || chosen === undefined) return [];
  const at = { table, column: profile.name };
  const type = chosen.cast === undefined ? chosen.type : `${chosen.type} (${chosen.cast})`;
  const examples = (list: typeof first.examples) => list.map(({ key, value }) => ({ key, value }));
  const params = { declared: profile.declared, from: first.type, type, codes: Object.keys(chosen.codes).join(', ') };
  if (chosen.misfits !== '0') return [{ code: 'finding.rejects', severity: 'critical', ...at, count: chosen.misfits, params, examples: examples(chosen.examples) }];
  if (index === 0) return [];
  const isEpoch = chosen.cast?.startsWith('epoch') === true;
  const isLonger = first.codes['TOO_LONG'] === first.misfits;
  const code = isEpoch ? 'finding.epoch' : isLonger ? 'finding.longer' : 'finding.widened';
  return [{ code, severity: isEpoch ? 'info' : 'warning', ...at, count: first.misfits, params: { ...params, codes: Object.keys(first.codes).join(', ') }, examples: examples(first.examples) }];
}

function valueFindings(table: string, column: SqliteColumn, profile: ColumnProfile): Finding[] {
  const at = { table, column: profile.name };
  const found: Finding[] = [];
  const count = (code: string, severity: Finding['severity'], number: string, params?: Record<string, string>): void => {
    if (number !== '0') found.push({ code, severity, ...at, count: number, ...(params === undefined ? {} : { params }) });
  };
  const present = (['integer', 'real', 'text', 'blob'] as const).filter((each) => profile.classes[each] !== '0');
  if (present.length > 1) {
    found.push({ code: 'finding.mixed-classes', severity: 'info', ...at, params: { classes: present.map((each) => `${each} ${profile.classes[each]}`).join(', ') } });
  }
  count('finding.nul-in-text', 'warning', profile.nulTexts);
  count('finding.invalid-utf8', 'warning', profile.invalidTexts);
  count('finding.infinity', 'info', profile.infinities);
  const { kind } = meaningOf(profile.declared, affinityOf(profile.declared));
  if (kind === 'integer') count('finding.beyond-32', 'info', profile.beyond32, { min: profile.minInteger ?? '', max: profile.maxInteger ?? '' });
  count('finding.beyond-53', 'info', profile.beyond53, { min: profile.minInteger ?? '', max: profile.maxInteger ?? '' });
  count('finding.untrimmed', 'info', profile.untrimmed);
  if (column.notNull && profile.classes.null !== '0') count('finding.null-in-not-null', 'warning', profile.classes.null);
  if (column.hidden === 2 || column.hidden === 3) found.push({ code: 'finding.generated', severity: 'info', ...at });
  if (kind === 'found' && profile.declared === '') found.push({ code: 'finding.no-type', severity: 'info', ...at, params: { type: profile.candidates[0]?.type ?? '' } });
  if (profile.declared !== '' && kind === 'numeric' && !knownNumeric.test(profile.declared)) {
    found.push({ code: 'finding.unknown-type', severity: 'info', ...at, params: { declared: profile.declared, affinity: profile.affinity } });
  }
  if ((profile.maxBytes ?? 0) >= largeValue) found.push({ code: 'finding.large-value', severity: 'info', ...at, params: { bytes: String(profile.maxBytes) } });
  for (const proposal of profile.proposals) {
    found.push({ code: 'finding.proposal', severity: 'info', ...at, count: proposal.matches, params: { type: proposal.type, misfits: proposal.misfits, ...proposal.params } });
  }
  return found;
}

const knownNumeric = /^\W*(NUMERIC|DECIMAL|DEC|NUMBER|FIXED|(SMALL)?MONEY|CURRENCY)\b/i;
