import type { PlanTable } from '../../../shared/model/plan.ts';
import { sumOutcomes, type RepairOutcome } from '../../../shared/model/repair.ts';
import { mendedOf, standsInPlace, type SetAside } from '../../../shared/model/run.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { retell } from '../../../shared/pure/texts/retell.ts';
import type { EvidenceFacts } from './facts.ts';
import { html, pairs, table, type Html, type Part } from './html.ts';
import type { Words } from './words.ts';

const badge = (kind: 'good' | 'warn' | 'bad', text: string): Html => html`<span class="badge ${kind}">${text}</span>`;
/** A table by its name, with its database where there are several. */
const named = ({ sources: files }: EvidenceFacts, database: string, name: string): string => (files.length > 1 ? `${database}: ${name}` : name);
const yes = (words: Words, ok: boolean): Html => (ok ? badge('good', words.say('equal')) : badge('bad', words.say('different')));

/** What the rollback left: nothing, or tables that were written to. */
function undoneText(setAside: SetAside | undefined, verdict: string, words: Words): string {
  if (setAside === undefined) return words.say('verdict.rolled-back.text', { verdict });
  const { schemas, written, hidden } = setAside;
  const why = written.length > 0 ? words.say('rolled-back.written', { tables: written.join(', ') }) : words.say('rolled-back.hidden', { tables: hidden.join(', ') });
  return words.say('verdict.rolled-back.aside', { verdict, schemas: schemas.join(', '), why });
}

/** The verdict in one sentence, and the figures behind it. */
export function overview({ run, result, verification }: EvidenceFacts, words: Words): Html {
  // Rows taken out by a repair have a form in the target; they are told by the repairs' own sentence.
  const rejected = (result?.rejects.rows ?? 0) - sumOutcomes(result?.repairs ?? []).quarantined;
  const cells = verification?.tables.reduce((sum, each) => sum + each.cells, 0) ?? 0;
  const [kind, code] = verification === null ? ['warn', 'verdict.unverified'] : !verification.equal ? ['bad', 'verdict.differences'] : rejected > 0 ? ['warn', 'verdict.rejects'] : result?.repairs !== undefined ? ['warn', 'verdict.repaired'] : result != null && mendedOf(result) > 0 ? ['warn', 'verdict.mended'] : ['good', 'verdict.verified'];
  const undone = run.state === 'rolled-back';
  const params = { cells: words.number(cells), rejects: words.number(rejected), differences: words.number(verification?.differences ?? 0) };
  const card = (name: string, value: string): Html => html`<div class="card"><div class="name">${words.say(name)}</div><div class="value">${value}</div></div>`;
  const sum = (of: (rows: { source: number; loaded: number; rejected: number }) => number): string => words.number(result?.tables.reduce((all, each) => all + of(each.rows), 0) ?? 0);
  const verdict = undone
    ? html`<div class="verdict warn"><strong>${words.say('verdict.rolled-back')}</strong>${undoneText(run.setAside, words.say(code ?? ''), words)}</div>`
    : html`<div class="verdict ${kind ?? ''}"><strong>${words.say(code ?? '')}</strong>${words.say(`${code}.text`, params)}${result?.repairs === undefined ? '' : html` ${repairSentence(result.repairs, words)}`}${mendedSentence(result, words)}</div>`;
  return html`${verdict}
<div class="cards">${card('rows.source', sum((rows) => rows.source))}${card('rows.loaded', sum((rows) => rows.loaded))}${card('rows.rejected', sum((rows) => rows.rejected))}
${card('cells', words.number(cells))}${card('differences', words.number(verification?.differences ?? 0))}${card('time', words.seconds(result?.seconds.total ?? 0))}</div>
<h2>${words.say('run')}</h2>${pairs([
    [words.say('run.id'), html`<code>${run.id}</code>`], [words.say('run.state'), words.say(`state.${run.state}`)], [words.say('run.target'), run.target], [words.say('run.started'), words.moment(run.createdAt)],
    [words.say('run.verified'), run.verifiedAt === null ? '–' : words.moment(run.verifiedAt)], [words.say('run.plan'), html`<code>${run.planId}</code>, ${words.say('version', { version: String(run.planVersion) })}`],
    [words.say('run.swapped'), words.say(standsInPlace(run) ? 'yes' : 'no')], [words.say('run.moved'), words.say(result?.sourceMoved === true ? 'yes' : 'no')],
    ...(run.rehearsal ? [[words.say('run.rehearsal'), words.say('yes')] as const] : []), ...(run.keptSchema === null || undone ? [] : [[words.say('run.kept'), html`<code>${run.keptSchema}</code>`] as const]),
    ...(run.error === null ? [] : [[words.say('run.error'), `${run.error.code}: ${words.error(run.error.message)}`] as const]),
  ])}`;
}

/** What was compared and how, and the tables with their counts and checksums. */
export function compared(facts: EvidenceFacts, words: Words): Html {
  const { verification, result } = facts;
  if (verification === null) return html`<h2>${words.say('compared')}</h2><p>${words.say('verdict.unverified.text')}</p>`;
  const heads = [
    { title: words.say('source') }, { title: words.say('target') }, { title: words.say('rows.source'), number: true }, { title: words.say('rows.target'), number: true },
    { title: words.say('rows.rejected'), number: true }, { title: words.say('cells'), number: true }, { title: words.say('checksums') }, { title: words.say('outcome') }, { title: words.say('time'), number: true },
  ];
  const place = (database: string, name: string): string | undefined => {
    const found = result?.tables.find((each) => each.source.database === database && each.source.table === name);
    return found === undefined ? undefined : `${found.target.schema}.${found.target.table}`;
  };
  const rows = verification.tables.map((each): Part[] => [
    named(facts, each.database, each.table), place(each.database, each.table) ?? `${each.target.schema}.${each.target.table}`, words.number(each.rowsSource), words.number(each.rowsTarget), words.number(each.rowsRejected), words.number(each.cells),
    each.sumSource === each.sumTarget ? html`<code class="sum">${each.sumSource}</code>${each.digests === undefined ? '' : html`<br>SHA-256 <code class="sum">${each.digests.sha256}</code>`}` : html`<code class="sum">${each.sumSource}</code><br><code class="sum">${each.sumTarget}</code>`,
    each.equal ? yes(words, true) : html`${yes(words, false)} ${words.say('counts', { missing: words.number(each.missing), extra: words.number(each.extra), changed: words.number(each.changed) })}`, words.seconds(each.seconds),
  ]);
  const ranges = verification.tables.reduce((sum, each) => sum + (each.digests?.ranges.length ?? 0), 0);
  return html`<h2>${words.say('compared')}</h2><p>${words.say('method')}</p><p class="soft">${words.say('method.limits')}${ranges === 0 ? '' : html` ${words.text('evidence.method.digests', { count: words.number(ranges) })}`}</p>
<p class="soft">${words.say('compared.when', { when: words.moment(verification.createdAt), seconds: words.seconds(verification.seconds) })}${verification.cut ? html` ${words.say('cut')}` : ''}</p>
${table(heads, rows)}`;
}

/** The source files as they were. */
export function sources({ sources: files }: EvidenceFacts, words: Words): Html {
  const heads = [{ title: words.say('source') }, { title: words.say('bytes'), number: true }, { title: words.say('counter'), number: true }, { title: words.say('rows.source'), number: true }, { title: words.say('grade') }, { title: words.say('integrity') }];
  return html`<h2>${words.say('sources')}</h2>${table(heads, files.map((file): Part[] => {
    const { assessment } = file;
    const sound = assessment === undefined ? undefined : [...assessment.integrity.quickCheck, ...assessment.integrity.integrityCheck].every((line) => line === 'ok') && assessment.integrity.foreignKeyCheck === '0';
    return [html`${file.database}<br><span class="soft">${file.source}</span>`, words.number(file.fingerprint.bytes + file.fingerprint.walBytes), words.number(file.fingerprint.changeCounter), assessment === undefined ? '–' : words.number(assessment.rows), assessment?.grade ?? '–',
      sound === undefined ? '–' : sound ? badge('good', words.say('integrity.sound')) : badge('warn', words.say('integrity.findings', { orphans: words.number(assessment?.integrity.foreignKeyCheck ?? '0') }))];
  }))}`;
}

/** Every object of the source with what became of it, then what the target's catalog says. */
export function objects({ result, plan, verification, sources: files }: EvidenceFacts, words: Words): Html {
  // The result keeps sentences; where the plan knows the code behind one, it is said in this language.
  const translated = new Map(plan.objects.flatMap(({ reason }) => (reason === undefined ? [] : [[describe(reason.code, reason.params ?? {}), words.text(reason.code, reason.params ?? {})] as const])));
  const reasonOf = (reason: string): string => translated.get(reason) ?? retell(reason, 'plan.object.', words.language) ?? reason;
  const outcome = (each: string): Html => badge(each === 'listed' ? 'warn' : 'good', words.say(`outcome.${each}`));
  const made = (result?.objects ?? []).map((object): Part[] => [words.say(`kind.${object.kind}`), (files.length > 1 && object.database !== undefined ? `${object.database}: ` : '') + (object.table === undefined || object.name.startsWith(`${object.table}.`) ? object.name : `${object.table}: ${object.name}`), outcome(object.outcome), reasonOf(object.reason ?? '')]);
  const checks = verification?.objects ?? [];
  const wrong = checks.filter((each) => !each.ok);
  const shown = [...wrong, ...checks.filter((each) => each.ok && each.kind === 'view')];
  return html`<h2>${words.say('objects')}</h2>${made.length === 0 ? html`<p class="soft">${words.say('none')}</p>` : table([{ title: words.say('kind'), words: true }, { title: words.say('name') }, { title: words.say('outcome') }, { title: words.say('reason') }], made)}
<h3>${words.say('checks')}</h3><p>${words.say('checks.text', { good: words.number(checks.length - wrong.length), all: words.number(checks.length) })}</p>
${shown.length === 0 ? '' : table([{ title: words.say('kind'), words: true }, { title: words.say('name') }, { title: words.say('outcome') }, { title: words.say('reason') }],
    shown.map((each): Part[] => [words.say(`kind.${each.kind}`), each.name, each.ok ? badge('good', words.say('as-planned')) : badge('warn', words.say('not-as-planned')), words.detail(each.detail ?? '')]))}`;
}

export function rejects(facts: EvidenceFacts, words: Words): Html {
  const { run, result } = facts;
  const kept = run.state === 'rolled-back' ? words.say('rejects.rolled-back') : run.rehearsal ? words.say('rejects.rehearsed') : words.say('rejects.kept', { table: result?.rejects.table ?? '' });
  const rejected = result?.tables.filter((each) => each.rows.rejected > 0) ?? [];
  return html`<h2>${words.say('rejects')}</h2>${result == null || mendedOf(result) === 0 || run.state === 'rolled-back' ? '' : html`<p>${mendedSentence(result, words)}</p>`}${rejected.length === 0 ? html`<p>${words.say('rejects.none')}</p>` : html`<p>${words.say('rejects.text')} ${kept}</p>
${table([{ title: words.say('source') }, { title: words.say('rows.rejected'), number: true }, { title: words.say('rows.source'), number: true }], rejected.map((each): Part[] => [named(facts, each.source.database, each.source.table), words.number(each.rows.rejected), words.number(each.rows.source)]))}`}`;
}

/** Nothing where no rejected row was mended. */
function mendedSentence(result: EvidenceFacts['result'], words: Words): Html | '' {
  const mended = result == null ? 0 : mendedOf(result);
  return mended === 0 ? '' : html` ${words.text('mended.sentence', { count: words.number(mended) })}`;
}

function repairSentence(done: readonly RepairOutcome[], words: Words): string {
  const { quarantined, nulled, created } = sumOutcomes(done);
  return words.text('repair.sentence', { quarantined: words.number(quarantined), nulled: words.number(nulled), created: words.number(created) });
}

/** What the plan changed in its copy of the source before the load; the statements stand in the plan. */
export function repairs(facts: EvidenceFacts, words: Words): Html {
  const done = facts.result?.repairs;
  if (done === undefined) return html`<h2>${words.say('repairs')}</h2><p>${words.say('repairs.none')}</p>`;
  const heads = [{ title: words.say('source') }, { title: words.say('repairs.key') }, { title: words.say('repairs.problem') }, { title: words.say('repairs.choice') }, { title: words.say('repairs.quarantined'), number: true }, { title: words.say('repairs.nulled'), number: true }, { title: words.say('repairs.created'), number: true }];
  return html`<h2>${words.say('repairs')}</h2><p>${repairSentence(done, words)}</p>
${table(heads, done.map((each): Part[] => [named(facts, each.database, each.table), each.object, words.say(`problem.${each.problem}`), words.say(`choice.${each.choice}`), words.number(each.quarantined), words.number(each.nulled), words.number(each.created)]))}`;
}

/** Who decided what: options, columns decided by people, the assessment's verdict, and the project's transitions. */
export function decisions(facts: EvidenceFacts, words: Words): Html {
  const { decisions: made, sources: files, history } = facts;
  const { options } = made;
  const verdicts = files.flatMap(({ database, assessment }) => (assessment === undefined ? [] : [[database, words.say(`verdict.${assessment.decision.verdict}`)] as const]));
  return html`<h2>${words.say('decisions')}</h2>${pairs([
    [words.say('option.schema'), options.schema], [words.say('option.identifiers'), words.say(`identifiers.${options.identifiers}`)], [words.say('option.ifExists'), words.say(`ifExists.${options.ifExists}`)],
    [words.say('option.adopt'), words.say(options.adopt ? 'yes' : 'no')], [words.say('option.infer'), words.say(options.infer ? 'yes' : 'no')], [words.say('option.maxRejects'), options.maxRejects === 'all' ? words.say('all') : words.number(options.maxRejects)], ...verdicts,
  ])}
${made.byPeople.length === 0 ? html`<p class="soft">${words.say('decisions.none')}</p>` : table([{ title: words.say('source') }, { title: words.say('column') }, { title: words.say('type') }],
    made.byPeople.map((each): Part[] => [named(facts, each.database, each.table), each.column, each.include ? `${each.type}${each.cast === undefined ? '' : ` (${each.cast})`}` : words.say('left-out')]))}
${history.length === 0 ? '' : html`<h3>${words.say('history')}</h3>${table([{ title: words.say('when') }, { title: words.say('from') }, { title: words.say('to') }, { title: words.say('by') }], history.map((each): Part[] => [words.moment(each.at), words.say(`state.${each.from}`), words.say(`state.${each.to}`), each.by]))}`}`;
}

export function timings({ result }: EvidenceFacts, words: Words): Html {
  if (result === null) return html``;
  const phases = ['assess', 'load', 'index', 'verify', 'total'] as const;
  return html`<h2>${words.say('timings')}</h2>${table([{ title: words.say('phase') }, { title: words.say('time'), number: true }], phases.map((phase): Part[] => [words.say(`phase.${phase}`), words.seconds(result.seconds[phase])]))}${result.tables.map((each) => (each.read === undefined || each.read === 'rows' ? '' : html`<p class="soft">${words.say(`timings.${each.read}`, { table: `${each.target.schema}.${each.target.table}` })}</p>`))}${result.tables.map((each) => (each.lanes === undefined ? '' : html`<p class="soft">${words.say('timings.lanes', { table: `${each.target.schema}.${each.target.table}`, lanes: words.number(each.lanes) })}</p>`))}`;
}

export function findings(facts: EvidenceFacts, words: Words): Html {
  const { result, plan } = facts;
  const all = result?.findings ?? plan.findings;
  if (all.length === 0) return html``;
  return html`<h2>${words.say('findings')}</h2><ul>${all.map((finding) => html`<li>${[...(facts.sources.length > 1 && finding.table !== undefined ? [finding.database] : []), finding.table, finding.column].filter((name) => name !== undefined).join('.')}${finding.table === undefined ? '' : ': '}${words.text(finding.code, { ...finding.params, ...(finding.count === undefined ? {} : { count: finding.count }), table: finding.table ?? '', column: finding.column ?? '' })}</li>`)}</ul>`;
}

/** The plan, column by column, with the reasons. */
export function planTables(facts: EvidenceFacts, words: Words): Html {
  const { plan } = facts;
  const heads = [{ title: words.say('column') }, { title: words.say('target') }, { title: words.say('type') }, { title: words.say('cast') }, { title: words.say('null') }, { title: words.say('why') }];
  const one = (each: PlanTable): Html => html`<h3>${named(facts, each.source.database, each.source.table)} → ${each.include ? `${each.target.schema}.${each.target.table}` : words.say('left-out')}</h3>
${each.include ? '' : html`<p>${each.excluded === undefined ? '' : words.text(each.excluded.code, each.excluded.params ?? {})}</p>`}${each.filter === undefined ? '' : html`<p>${words.say('filter')}: <code>${each.filter}</code></p>`}
${each.include ? table(heads, each.columns.map((column): Part[] => [column.source, column.include ? column.target : words.say('left-out'), html`<code>${column.type}</code>`, column.cast ?? '', words.say(column.nullable ? 'yes' : 'no'),
    (column.include ? column.why : column.excluded === undefined ? [] : [column.excluded]).map((why) => words.text(why.code, why.params ?? {})).join('; ')])) : ''}`;
  return html`<h2>${words.say('plan')}</h2>${plan.tables.map(one)}`;
}
