import type { ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteColumn, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Override, PlanColumn, PlanOptions, Reason } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { castFits } from '../../../shared/pure/codec/index.ts';
import { decideCandidate } from '../../../shared/pure/type-ladder/index.ts';
import { translateDefault } from '../../../shared/pure/sqlite-sql/index.ts';
import { isTextType, wayOfPolicies } from '../../../shared/pure/value-policies.ts';
import { assertType } from './chosen-type.ts';
import { applyPolicy, createNamer } from './names.ts';
import { fitsLimit } from './default-limits.ts';
import { matchesPattern } from './patterns.ts';
import { storedAs } from './translation-context.ts';
import { attempt } from './untranslatable.ts';
import { changesTexts, undoReason } from './value-policies.ts';
import { profileOf, reason, type SharedContext } from './types.ts';

interface TypeDecision {
  readonly type: string;
  readonly cast: Cast | undefined;
  readonly misfits: string;
  readonly why: Reason[];
}

/**
 * Declared type where every value fits; up to the reject share of misfits are rejects; beyond it the column widens to the first
 * type that holds all of them (migration.md, "What decides a type").
 */
function decideType(profile: ColumnProfile, options: PlanOptions): TypeDecision {
  const { classes } = profile;
  const filled = Number(BigInt(classes.integer) + BigInt(classes.real) + BigInt(classes.text) + BigInt(classes.blob));
  const index = decideCandidate(profile.candidates, filled, options.rejectShare);
  const chosen = profile.candidates[index] ?? profile.candidates[0];
  const first = profile.candidates[0];
  if (chosen === undefined || first === undefined) throw new Error(`column ${profile.name} was assessed without a candidate type`);
  const why: Reason[] = [];
  if (index === 0) why.push(reason(profile.declared === '' ? 'plan.why.found' : chosen.misfits === '0' ? 'plan.why.declared' : 'plan.why.declared-kept', { declared: profile.declared, type: chosen.type }));
  else why.push(reason('plan.why.widened', { declared: profile.declared, from: first.type, misfits: first.misfits, type: chosen.type, example: first.examples[0]?.value ?? '' }));
  if (chosen.cast !== undefined) why.push(reason('plan.why.cast', { cast: chosen.cast }));
  if (chosen.misfits !== '0') why.push(reason('plan.why.rejects', { misfits: chosen.misfits, type: chosen.type, example: chosen.examples[0]?.value ?? '' }));

  if (options.infer) {
    const proposal = profile.proposals.find((candidate) => !candidate.ambiguous && candidate.misfits === '0' && candidate.matches !== '0');
    if (proposal !== undefined) {
      return {
        type: proposal.type,
        cast: proposal.cast,
        misfits: '0',
        why: [reason('plan.why.inferred', { type: proposal.type, matches: proposal.matches, ...proposal.params })],
      };
    }
  }
  return { type: chosen.type, cast: chosen.cast, misfits: chosen.misfits, why };
}

/**
 * A limit of digits or characters gives way where every value fits it and the column's own default does not: the server would round a number
 * without a word, and refuse a text in every row that leaves the column out.
 */
function holdingDefault(decision: TypeDecision, column: SqliteColumn, profile: ColumnProfile): TypeDecision {
  const { default: text } = column;
  if (text === null || column.hidden !== 0 || decision.cast !== undefined || fitsLimit(text, decision.type)) return decision;
  const wider = profile.candidates.find(({ type, cast, misfits }) => cast === undefined && BigInt(misfits) <= BigInt(decision.misfits) && (type === 'numeric' || type === 'text') && (type === 'text') === isTextType(decision.type));
  return wider === undefined ? decision : { ...decision, type: wider.type, misfits: wider.misfits, why: [...decision.why.filter(({ code }) => code !== 'plan.why.rejects'), reason('plan.why.default', { default: text, from: decision.type, type: wider.type })] };
}

/** The overrides that speak of a column (or, without `column`, of a table), later ones winning; a type comes with its own cast or none. */
export function overridesFor(overrides: readonly Override[], table: string, column?: string): Override {
  const found = overrides.filter(
    (override) => matchesPattern(override.table, table) && (column === undefined ? override.column === undefined : override.column !== undefined && matchesPattern(override.column, column)),
  );
  const by = found.at(-1)?.by;
  const whole = found.map((override) => (override.type === undefined ? override : { cast: undefined, ...override }));
  const { by: _by, ...merged } = Object.assign({ table }, ...whole) as Override;
  return by === undefined ? merged : { ...merged, by };
}

function applyOverride(decision: TypeDecision, override: Override, profile: ColumnProfile): TypeDecision {
  const policy = wayOfPolicies(decision, override, profile);
  if (override.type === undefined && override.cast === undefined && policy === undefined) return decision;
  if (override.type !== undefined) assertType(override.type, profile.name);
  const type = policy?.type ?? override.type ?? decision.type;
  const cast = policy !== undefined ? policy.cast : override.cast === undefined ? (override.type === undefined ? decision.cast : undefined) : (override.cast ?? undefined);
  if (cast !== undefined && !castFits(type, cast)) {
    throw new TravessiaError('INVALID_INPUT', { message: `The column "${profile.name}" cannot be ${type} with the cast "${cast}".`, hint: 'Choose another type, or no cast.' });
  }
  const measured = [...profile.candidates, ...profile.proposals, ...(profile.policies ?? [])].find((candidate) => candidate.type === type && candidate.cast === cast);
  return {
    type,
    cast,
    misfits: measured?.misfits ?? '0',
    why: [reason(measured === undefined ? 'plan.why.override-unmeasured' : 'plan.why.override', { type, misfits: measured?.misfits ?? '' })],
  };
}

/** Who decided a column; where a person changed what a template had said, the person did. */
function deciderOf({ type, cast, targetName, exclude, by }: Override, policy: boolean): PlanColumn['decidedBy'] {
  return !policy && type === undefined && cast === undefined && targetName === undefined && exclude === undefined ? 'rule' : (by ?? 'person');
}

/** The column's default for the type decided, with its note; a note of an earlier decision is taken back. */
export function planDefault(table: SqliteTable, column: SqliteColumn, decision: Pick<TypeDecision, 'type' | 'cast'>, context: SharedContext, database: string): string | undefined {
  if (column.default === null || column.hidden !== 0) return undefined;
  const name = `${table.name}.${column.name}`;
  const text = column.default;
  const object = { kind: 'default', name, table: table.name, database, source: text } as const;
  const { objects } = context.notes;
  const earlier = objects.findIndex((each) => each.kind === 'default' && each.name === name && each.database === database);
  if (earlier !== -1) objects.splice(earlier, 1);
  if (changesTexts(decision.cast, text)) {
    context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: `cast ${decision.cast}` }) });
    return undefined;
  }
  const translated = attempt(() => translateDefault(text, decision.type, decision.cast === undefined ? undefined : storedAs[decision.cast]));
  if ('refused' in translated) {
    context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.untranslatable', { detail: translated.refused }) });
    return undefined;
  }
  const { sql, note } = translated.value;
  if (/^null$/i.test(sql)) return undefined;
  if (decision.cast === undefined && !fitsLimit(text, decision.type)) {
    context.notes.objects.push({ ...object, outcome: 'listed', reason: reason('plan.object.default-limit', { type: decision.type }) });
    return undefined;
  }
  context.notes.objects.push({ ...object, outcome: sql === text ? 'created' : 'translated', ...(note === undefined ? {} : { reason: reason('plan.object.note', { note }) }) });
  return sql;
}

/** Decides every column of one table: name, type, cast, NULL, default, identity, collation, each with its evidence. */
export function planColumns(table: SqliteTable, assessed: TableAssessment, database: string, context: SharedContext): PlanColumn[] {
  const { options, notes } = context;
  const namer = createNamer('column');
  const planned: PlanColumn[] = [];
  for (const column of table.columns) {
    if (column.hidden === 1) continue;
    const profile = profileOf(assessed, column.name);
    if (profile === undefined) throw new Error(`column ${table.name}.${column.name} was not assessed`);
    const override = overridesFor(options.overrides, table.name, column.name);
    const decision = applyOverride(holdingDefault(decideType(profile, options), column, profile), override, profile);
    const wanted = override.targetName ?? applyPolicy(column.name, options.identifiers);
    const named = namer.take(wanted);
    if (named.changed !== undefined) {
      notes.findings.push({ code: `plan.finding.name-${named.changed}`, severity: 'warning', table: table.name, column: column.name, params: { name: wanted, target: named.name } });
    }
    if (decision.misfits !== '0' || decision.why.some((why) => why.code === 'plan.why.widened')) {
      const code = decision.misfits === '0' ? 'plan.finding.widened' : 'plan.finding.rejects';
      notes.findings.push({
        code, severity: 'warning', table: table.name, column: column.name, count: decision.misfits === '0' ? profile.candidates[0]?.misfits ?? '0' : decision.misfits,
        params: { type: decision.type, declared: column.declared },
        examples: (profile.candidates[0]?.examples ?? []).map(({ key, value }) => ({ key, value })),
      });
    }
    const isAlias = table.rowidAlias === column.name;
    const identity = isAlias && decision.type === 'bigint' && decision.cast === undefined;
    const keyWithoutNull = column.pk > 0 && (isAlias || table.withoutRowid || assessed.nullKeys === '0');
    // Of a table of which only part crosses, the values are those of the whole table, and its keys those of the part.
    const nullable = !(column.notNull || keyWithoutNull) || (profile.classes.null !== '0' && !(column.pk > 0 && assessed.nullKeys === '0'));
    if (column.notNull && nullable) {
      notes.objects.push({ kind: 'not null', name: `${table.name}.${column.name}`, table: table.name, database, outcome: 'listed', reason: reason('plan.object.has-nulls', { count: profile.classes.null }) });
    }
    const collation = override.collation === null ? undefined : override.collation ?? (isTextType(decision.type) && !decision.type.startsWith('citext') ? 'C' : undefined);
    const defaultSql = identity ? undefined : planDefault(table, column, decision, context, database);
    planned.push({
      source: column.name,
      target: named.name,
      include: override.exclude !== true,
      ...(override.exclude === true ? { excluded: reason('plan.excluded.person') } : {}),
      declared: column.declared,
      type: decision.type,
      ...(decision.cast === undefined ? {} : { cast: decision.cast }),
      nullable,
      ...(defaultSql === undefined ? {} : { default: defaultSql }),
      identity,
      ...(collation === undefined ? {} : { collation }),
      why: [...decision.why, ...undoReason({ target: named.name, type: decision.type, cast: decision.cast })],
      misfits: decision.misfits,
      decidedBy: deciderOf(override, wayOfPolicies(decision, override, profile) !== undefined),
    });
  }
  return planned;
}
