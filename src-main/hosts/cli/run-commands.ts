import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { toErrorReply, TravessiaError, errorCodes, isErrorCode } from '../../../shared/contract/errors.ts';
import { differenceKinds, mendedOf, type Difference, type Run, type RunResult, type SetAside } from '../../../shared/model/run.ts';
import { sumOutcomes, type RepairOutcome } from '../../../shared/model/repair.ts';
import { maxRejects, positional, required, text, wholeNumber } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { planFromArguments, planOptions } from './plan-commands.ts';
import { readPlanFile } from './plan-file.ts';
import { failureText, type Speech } from './speech.ts';
import { replaceFile, writeError } from './write-file.ts';

/** 0 done and clean; 1 rejects within the limit, differences or critical findings; 4 stopped before the swap. */
export function exitCodeOf(result: RunResult): number {
  const code = { verified: 0, rejects: 1, differences: 1, stopped: 4, failed: 5 }[result.status];
  return code === 0 && result.findings.some((finding) => finding.severity === 'critical') ? 1 : code;
}

/** What a server had and its snapshot cannot hold: it stands in no catalogue of the run, only among the findings. */
function isLeftBehind({ code, object, column }: RunResult['findings'][number]): boolean {
  return code.startsWith('source.pg.') && (object ?? column) !== undefined;
}

function resultText(speech: Speech, result: RunResult): string {
  const { say, coded, told, kind, outcome, count, number, table } = speech;
  const rows = result.tables.map((entry) => [
    `${entry.source.database}.${entry.source.table}`, `${entry.target.schema}.${entry.target.table}`,
    count(entry.rows.source), count(entry.rows.loaded), count(entry.rows.rejected), say(entry.verified ? 'yes' : 'no'),
  ]);
  const lines = [table(['source', 'target', 'rows', 'loaded', 'rejected', 'verified'], rows)];
  for (const { target, merged } of result.tables) {
    if (merged !== undefined) lines.push(say('{{table}}: {{inserted}} {{inserted|row|rows}} inserted, {{updated}} updated, {{unchanged}} equal already.', { table: `${target.schema}.${target.table}`, inserted: count(merged.inserted), updated: count(merged.updated), unchanged: count(merged.unchanged) }));
  }
  for (const { target, lanes } of result.tables) if (lanes !== undefined) lines.push(say('{{table}}: loaded over {{lanes}} connections side by side.', { table: `${target.schema}.${target.table}`, lanes }));
  const notes = [
    ...result.objects.filter((object) => object.outcome === 'listed' || object.reason !== undefined).map((object) => `  ${outcome(object.outcome)}: ${kind(object.kind)} ${object.name}${object.reason === undefined ? '' : ` – ${told(object.reason, 'plan.object.')}`}`),
    ...result.findings.filter(isLeftBehind).map((finding) => `  ${outcome('listed')}: ${finding.column === undefined ? '' : `${finding.table}.${finding.column} – `}${coded({ code: finding.code, params: finding.params })}`),
  ];
  if (notes.length > 0) lines.push('', say('Objects with a note:'), ...notes);
  const { assess, load, index, verify, total } = result.seconds;
  const status = `${say(result.status)}${result.swapped ? '' : `, ${say('not swapped')}`}`;
  const seconds = { assess: number(assess, 1), load: number(load, 1), index: number(index, 1), verify: number(verify, 1), total: number(total, 1) };
  lines.push('', `${say('Run {{run}}: {{state}}.', { run: result.runId, state: status })} ${say('Assess {{assess}} s, load {{load}} s, index {{index}} s, verify {{verify}} s, in all {{total}} s.', seconds)}`);
  if (result.repairs !== undefined) lines.push(repairSentence(speech, sumOutcomes(result.repairs)));
  const mended = mendedOf(result);
  if (mended > 0) lines.push(coded({ code: 'mended.sentence', count: String(mended) }));
  for (const finding of result.findings.filter(({ severity }) => severity === 'critical')) lines.push(`${say('critical')}: ${coded(finding)}`);
  if (result.sourceMoved) lines.push(say('The source changed after this run took its snapshot; what was written since is not in the target.'));
  return lines.join('\n');
}

/** Said wherever something is called equal: what was compared is the copy after the plan's repairs. */
function repairSentence({ coded }: Speech, { quarantined, nulled, created }: RepairOutcome): string {
  return coded({ code: 'repair.sentence', params: { quarantined: String(quarantined), nulled: String(nulled), created: String(created) } });
}

/** Follows a run to its end; prints the result where there is one, and says how to go on where it stopped. */
async function follow(context: CommandContext, jobId: string): Promise<number> {
  const { say } = context.speech;
  let runId: string | null = null;
  try {
    const job = await context.job(jobId);
    runId = job.runId;
  } catch (error) {
    const job = await context.call('jobs/get', { id: jobId });
    runId = job.runId;
    const run = runId === null ? null : await context.call('runs/get', { id: runId }).catch(() => null);
    const code = error instanceof TravessiaError && isErrorCode(error.code) ? error.code : 'INTERNAL';
    if (run !== null && run.next.includes('resume') && code !== 'OUTCOME_UNKNOWN') context.output.note(say('Nothing was swapped. Go on with:  travessia resume {{run}}    Undo with:  travessia rollback {{run}}', { run: run.id }));
    if (run?.result != null) {
      context.output.note(error instanceof Error ? `${code}: ${context.speech.failure(error).message}` : code);
      printResult(context, run.result);
      return errorCodes[code];
    }
    if (run !== null && context.output.json) {
      // A script that is to resume or roll back needs its name.
      const { message, hint } = toErrorReply(error);
      context.output.document({ runId: run.id, state: run.state, error: { code, message, ...(hint === undefined ? {} : { hint }) } });
      context.output.note(failureText(context.speech, { code, message, hint }));
      return errorCodes[code];
    }
    throw error;
  }
  if (runId === null) return 0;
  const run = await context.call('runs/get', { id: runId });
  if (run.result === null) throw new TravessiaError('INTERNAL', { message: `Run ${runId} ended without a result.` });
  printResult(context, run.result);
  return exitCodeOf(run.result);
}

function printResult(context: CommandContext, result: RunResult): void {
  if (context.output.json) context.output.document(result);
  else context.output.print(resultText(context.speech, result));
}

/** Of several sources the first and how many more: one run must not widen the whole list. */
function runLine({ say }: Speech, { id, state, createdAt, target, sources, next }: Pick<Run, 'id' | 'state' | 'createdAt' | 'target' | 'sources' | 'next'>): string[] {
  return [id, say(state), createdAt, `${sources[0] ?? ''}${sources.length > 1 ? ` +${sources.length - 1}` : ''}`, target, next.join(' ')];
}

function runTable(speech: Speech, runs: readonly Parameters<typeof runLine>[1][]): string {
  return speech.table(['run', 'state', 'created', 'sources', 'target', 'next'], runs.map((run) => runLine(speech, run)));
}

/** What the journal of a target knows, and how each that this console does not know is taken up. */
async function listOfTarget(context: CommandContext, target: string): Promise<number> {
  const runs = await context.call('runs/in-target', { target });
  const { say, count, table } = context.speech;
  if (context.output.json) context.output.document(runs);
  else if (runs.length === 0) context.output.print(say('The target knows no run.'));
  else {
    context.output.print(table(['run', 'state', 'created', 'sources', 'tables', 'known here'], runs.map((run) => [
      run.id, say(run.state), run.createdAt, `${run.sources[0] ?? ''}${run.sources.length > 1 ? ` +${run.sources.length - 1}` : ''}`, count(run.tables), say(run.known ? 'yes' : run.busy ? 'no, busy' : 'no'),
    ])));
    const [other] = runs.filter(({ known }) => !known);
    if (other !== undefined) context.output.note(say('Take one up with:  travessia take-over {{run}} --target T', { run: other.id }));
  }
  return 0;
}

/** Of a row that only one side has, what it holds: its NULLs are no differences. */
function differenceText({ say }: Speech, difference: Difference): string {
  const shown = difference.kind === 'changed' ? difference.cells : difference.cells.filter(({ source, target }) => (source?.text ?? target?.text ?? null) !== null);
  const cells = shown.map((cell) => `${cell.column}: ${cell.source?.text ?? 'NULL'} ≠ ${cell.target?.text ?? 'NULL'}`);
  const kindWidth = Math.max(...differenceKinds.map((kind) => say(kind).length));
  return `${say(difference.kind).padEnd(kindWidth)} ${difference.table}  ${difference.key}${cells.length === 0 ? '' : `  ${cells.join('; ')}`}`;
}

async function allDifferences(context: CommandContext, id: string): Promise<Difference[]> {
  const rows: Difference[] = [];
  let after: string | undefined;
  do {
    const page = await context.call('verify/differences', { id, limit: 500, ...(after === undefined ? {} : { after }) });
    rows.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return rows;
}

async function finish(context: CommandContext, verb: 'rollback' | 'complete'): Promise<Run> {
  const id = positional(context.args, 0, 'The run');
  const plan = await context.call(`runs/${verb}-plan`, { id });
  for (const statement of plan.statements) context.output.note(`-- ${context.speech.told(statement.why, 'undo.')}\n${statement.sql};`);
  if (plan.blockers.length > 0) throw new TravessiaError(plan.rowsChanged === true ? 'ROWS_CHANGED' : 'WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
  const { jobId } = await context.call(`runs/${verb}`, { id, hash: plan.hash });
  await context.job(jobId);
  return context.call('runs/get', { id });
}

/** What a rollback left in the target, and why. */
function asideText({ say, coded }: Speech, { schemas, written, hidden }: SetAside): string {
  const why = coded(written.length > 0 ? { code: 'evidence.rolled-back.written', params: { tables: written.join(', ') } } : { code: 'evidence.rolled-back.hidden', params: { tables: hidden.join(', ') } });
  return say("The run's tables were set aside in {{schemas}}, not dropped: {{why}}. Take what is needed from there, then drop them.", { schemas: schemas.join(', '), why });
}

async function undo(context: CommandContext, verb: 'rollback' | 'complete'): Promise<number> {
  const run = await finish(context, verb);
  if (context.output.json) context.output.document({ runId: run.id, state: run.state, ...(run.setAside === undefined ? {} : { setAside: run.setAside }) });
  else context.output.print(`${context.speech.say('Run {{run}}: {{state}}.', { run: run.id, state: context.speech.say(run.state) })}${run.setAside === undefined ? '' : `\n${asideText(context.speech, run.setAside)}`}`);
  return 0;
}

/** A run that is complete already is only archived, so that the second half can be taken up after a failure. */
async function complete(context: CommandContext): Promise<number> {
  const folder = text(context.args, 'archive');
  if (folder === undefined) return undo(context, 'complete');
  const id = positional(context.args, 0, 'The run');
  if ((await context.call('runs/get', { id })).state !== 'complete') await finish(context, 'complete');
  const archived = await context.call('runs/archive', { id, folder: resolve(folder) });
  if (context.output.json) context.output.document({ runId: id, state: 'complete', archive: archived });
  else {
    const { say, coded, count } = context.speech;
    context.output.print([
      say('Run {{run}}: {{state}}.', { run: id, state: say('complete') }), ...archived.files.map((file) => `${file.from} → ${file.to}`), archived.list,
      coded({ code: 'evidence.local-files', params: { files: count(archived.remaining.length) } }), ...archived.remaining,
    ].join('\n'));
  }
  return 0;
}

export const runCommands: Readonly<Record<string, Command>> = {
  rehearse: {
    usage: 'PLAN',
    summary: 'The plan on a scratch embedded server, verified, then thrown away',
    options: planOptions,
    async run(context) {
      const plan = await planFromArguments(context);
      return follow(context, (await context.call('runs/rehearse', { planId: plan.id })).jobId);
    },
  },
  migrate: {
    usage: 'PLAN | SOURCE… --target T',
    summary: 'Plan, load, verify every cell, swap',
    options: planOptions,
    async run(context) {
      const plan = await planFromArguments(context);
      const rejects = maxRejects(context.args);
      return follow(context, (await context.call('runs/migrate', { planId: plan.id, ...(rejects === undefined ? {} : { maxRejects: rejects }) })).jobId);
    },
  },
  resume: {
    usage: 'RUN [--max-rejects N|all] [--jobs N]',
    words: 1,
    summary: 'Go on with a stopped or waiting run',
    options: { 'max-rejects': planOptions['max-rejects'] ?? { type: 'string', summary: '' }, jobs: planOptions['jobs'] ?? { type: 'string', summary: '' } },
    async run(context) {
      const rejects = maxRejects(context.args);
      const jobs = wholeNumber(context.args, 'jobs');
      return follow(context, (await context.call('runs/resume', { id: positional(context.args, 0, 'The run'), ...(rejects === undefined ? {} : { maxRejects: rejects }), ...(jobs === undefined ? {} : { jobs }) })).jobId);
    },
  },
  verify: {
    usage: 'RUN | SOURCE… --target T --plan P',
    summary: 'Compare again, every row and column',
    options: {
      target: { type: 'string', summary: 'where the data stands', value: 'T' },
      plan: { type: 'string', summary: 'the plan’s file', value: 'P' },
      rows: { type: 'boolean', summary: 'list the differing cells' },
      sha256: { type: 'boolean', summary: 'SHA-256 of every range of rows on both sides, for the evidence; takes longer' },
    },
    async run(context) {
      const planPath = text(context.args, 'plan');
      let input: { id: string } | { planId: string };
      if (planPath === undefined) input = { id: positional(context.args, 0, 'The run') };
      else {
        const planText = await readPlanFile(planPath);
        if (planText === null) throw new TravessiaError('FILE_NOT_FOUND', { message: `There is no plan file ${planPath}.` });
        const plan = await context.call('plans/import', { text: planText, target: required(context.args, 'target'), sources: [...context.args.positionals] });
        input = { planId: plan.id };
      }
      const job = await context.job((await context.call('verify/start', { ...input, ...(context.args.options['sha256'] === true ? { digests: true } : {}) })).jobId);
      const verification = await context.call('verify/get', { id: job.resultId ?? '' });
      if (verification === null) throw new TravessiaError('INTERNAL', { message: 'The verification was not stored.' });
      const rows = context.args.options['rows'] === true ? await allDifferences(context, verification.id) : [];
      if (context.output.json) context.output.document({ ...verification, ...(context.args.options['rows'] === true ? { rows } : {}) });
      else {
        const { say, count, table } = context.speech;
        context.output.print(table(['table', 'source rows', 'target rows', 'rejected', 'missing', 'extra', 'changed', 'equal'], verification.tables.map((entry) => [
          `${entry.database}.${entry.table}`, count(entry.rowsSource), count(entry.rowsTarget), count(entry.rowsRejected), count(entry.missing), count(entry.extra), count(entry.changed), say(entry.equal ? 'yes' : 'no'),
        ])));
        for (const difference of rows) context.output.print(differenceText(context.speech, difference));
        for (const object of verification.objects.filter((entry) => !entry.ok)) context.output.print(`${context.speech.kind(object.kind)} ${object.name}: ${object.detail === undefined ? say('differs') : context.speech.detail(object.detail)}`);
        context.output.print(verification.equal ? say('Every row and column is equal.') : say('{{rows}} {{rows|row differs|rows differ}}.', { rows: count(verification.differences) }));
        const repaired = verification.tables.flatMap((entry) => entry.repairs ?? []);
        for (const { table: name, digests } of verification.tables) if (digests !== undefined) context.output.print(say('SHA-256 of {{table}}, {{ranges}} {{ranges|range|ranges}}: {{hash}}', { table: name, ranges: count(digests.ranges.length), hash: digests.sha256 }));
        if (repaired.length > 0) context.output.print(repairSentence(context.speech, sumOutcomes(repaired)));
      }
      return verification.equal ? 0 : 1;
    },
  },
  runs: {
    usage: '[--target T]',
    words: 0,
    summary: 'Runs of this console, or those that a target knows',
    options: { target: { type: 'string', summary: 'read the journal there', value: 'T' } },
    async run(context) {
      const target = text(context.args, 'target');
      if (target !== undefined) return listOfTarget(context, target);
      const runs = await context.call('runs/list', {});
      if (context.output.json) context.output.document(runs);
      else context.output.print(runs.length === 0 ? context.speech.say('No runs yet.') : runTable(context.speech, runs));
      return 0;
    },
  },
  'take-over': {
    usage: 'RUN --target T',
    words: 1,
    summary: 'Take up a run that only its target knows: by the journal there',
    options: { target: { type: 'string', summary: 'where the run’s journal stands', value: 'T' } },
    async run(context) {
      const run = await context.call('runs/take-over', { id: positional(context.args, 0, 'The run'), target: required(context.args, 'target') });
      if (context.output.json) context.output.document(run);
      else context.output.print(runTable(context.speech, [run]));
      return 0;
    },
  },
  show: {
    usage: 'RUN',
    words: 1,
    summary: 'One run with its result',
    async run(context) {
      const run = await context.call('runs/get', { id: positional(context.args, 0, 'The run') });
      if (context.output.json) context.output.document(run);
      else {
        context.output.print(runTable(context.speech, [run]));
        if (run.sources.length > 1) context.output.print(`\n${context.speech.say('Sources:')}\n${run.sources.map((source) => `  ${source}`).join('\n')}`);
        if (run.error !== null) context.output.print(`\n${run.error.code}: ${context.speech.failure(run.error).message}`);
        if (run.result !== null) context.output.print(`\n${resultText(context.speech, run.result)}`);
      }
      return 0;
    },
  },
  rollback: { usage: 'RUN', words: 1, summary: 'Bring back the state before the run', run: (context) => undo(context, 'rollback') },
  complete: {
    usage: 'RUN',
    words: 1,
    summary: 'End a run: kept tables and journal go',
    options: { archive: { type: 'string', summary: 'then move the source files there, unchanged, with a list to put them back by', value: 'DIR' } },
    run: complete,
  },
  evidence: {
    usage: 'RUN --out DIR',
    words: 1,
    summary: 'The report as HTML and JSON, with hashes',
    options: { out: { type: 'string', summary: 'folder', value: 'DIR' } },
    async run(context) {
      const out = required(context.args, 'out');
      const id = positional(context.args, 0, 'The run');
      const evidence = await context.call('evidence/get', { id, language: context.speech.language });
      const files = { html: join(out, `evidence-${id}.html`), json: join(out, `evidence-${id}.json`) };
      try {
        await mkdir(out, { recursive: true });
        await replaceFile(files.html, evidence.html);
        await replaceFile(files.json, evidence.json);
      } catch (error) {
        throw writeError(error, `Cannot write into ${out}.`, 'Name a folder that can be written.');
      }
      if (context.output.json) context.output.document({ ...files, sha256: evidence.sha256 });
      else context.output.print(`${files.html}\n${files.json}\n${context.speech.say('SHA-256 of the JSON: {{hash}}', { hash: evidence.sha256 })}`);
      return 0;
    },
  },
};
