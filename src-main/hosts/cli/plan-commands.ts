import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CallInput } from '../../../shared/contract/contract.ts';
import type { Answers, Assessment } from '../../../shared/model/assessment.ts';
import { collisionChoices, identifierPolicies, ifExistsModes, type Plan } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { assertSchemaName } from '../../core/plan/names.ts';
import { parseDatabase, redactUrl } from '../../drivers/postgres/index.ts';
import { byteSize, choice, maxRejects, positional, required, text, texts, wholeNumber, type OptionSpec } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { parseOverride, parseWhere } from './overrides.ts';
import { readPlanFile } from './plan-file.ts';
import { repairRules } from './repair-option.ts';
import type { Speech } from './speech.ts';
import { replaceFile, writeError, writeNewFile } from './write-file.ts';

export const planOptions: Readonly<Record<string, OptionSpec>> = {
  target: { type: 'string', summary: 'where to: a URL, embedded, pglite:FOLDER, or a saved connection', value: 'T' },
  schema: { type: 'string', summary: 'target schema (default public; one per file where there are several)', value: 'S' },
  collisions: { type: 'string', summary: 'several sources whose tables have one name: a schema per file (default), an error, the file’s name before the table’s, or one table with a column that names the source', value: collisionChoices.join('|') },
  template: { type: 'string', summary: 'a known program: resync, flowagents, duiliocode, duiliocode-conversations, offline-first, items', value: 'NAME' },
  identifiers: { type: 'string', summary: 'names in the target', value: identifierPolicies.join('|') },
  override: { type: 'string', multiple: true, summary: 'decide columns by name or pattern: type, cast, name, exclude, create, collation, nul, invalid, infinity, keys', value: 'TABLE.COLUMN:key=value' },
  infer: { type: 'boolean', summary: 'accept every unambiguous proposal the data makes' },
  where: { type: 'string', multiple: true, summary: 'only the rows of a table that meet a condition, as after WHERE in SQLite', value: 'TABLE=CONDITION' },
  'moved-again': { type: 'boolean', summary: 'let a source cross that says its data has moved elsewhere already' },
  'if-exists': { type: 'string', summary: 'what to do with existing tables (default fail)', value: ifExistsModes.join('|') },
  adopt: { type: 'boolean', summary: 'load into the target’s own tables, by their names and types' },
  jobs: { type: 'string', summary: 'threads that load: so many tables at a time, or ranges of one large table (default: cores less one, 2 to 4)', value: 'N' },
  'max-rejects': { type: 'string', summary: 'rejected rows allowed (default 0)', value: 'N|all' },
  repair: { type: 'string', multiple: true, summary: 'rows that break a key or a condition: WHAT is orphans, duplicates, null-keys, checks, or table.column; CHOICE is keep, quarantine, null-out, create-parent or drop (may be repeated)', value: 'WHAT=CHOICE' },
};

interface Assessed {
  readonly assessments: readonly Assessment[];
  readonly refused: readonly { readonly source: string; readonly code: string; readonly message: string }[];
}

/** What no file can tell, asked for by these; the measure of the decision that each answers. */
const answerOptions = {
  'start-up': { type: 'string', summary: 'how long the program takes to start with this data', value: 'SECONDS', measure: 'startupSeconds' },
  memory: { type: 'string', summary: 'memory the program takes with it: 300MB, 1.5GB', value: 'SIZE', measure: 'memoryBytes' },
  instances: { type: 'string', summary: 'instances of the program that run side by side', value: 'N', measure: 'instances' },
} as const;

function answersOf({ args }: CommandContext): Answers {
  const [startupSeconds, memoryBytes, instances] = [wholeNumber(args, 'start-up'), byteSize(args, 'memory'), wholeNumber(args, 'instances')];
  return { ...(startupSeconds === undefined ? {} : { startupSeconds }), ...(memoryBytes === undefined ? {} : { memoryBytes }), ...(instances === undefined ? {} : { instances }) };
}

/** What a file itself is the cause of; a wrong path or a full disk ends the command instead. */
const ofTheFile: ReadonlySet<string> = new Set(['DATABASE_CORRUPT', 'NOT_A_DATABASE', 'DATABASE_EMPTY']);

/** The last of many sources may be mistyped: that is said before the first is read. @throws TravessiaError FILE_NOT_FOUND */
async function assertThere(context: CommandContext): Promise<void> {
  const { positionals } = context.args;
  const savedNames = positionals.length === 1 ? [] : (await context.call('connections/list', {})).map(({ name }) => name);
  for (const source of positionals.length === 1 ? [] : positionals) {
    const ref = parseDatabase(source, { savedNames, fileExists: existsSync });
    if ('path' in ref && !existsSync(ref.path)) throw new TravessiaError('FILE_NOT_FOUND', { message: `There is no file ${resolve(ref.path)}.`, hint: 'Check the path and its spelling.' });
  }
}

/** Of several sources one that is damaged stays behind and is named; a single one ends the command. */
export async function assessSources(context: CommandContext): Promise<Assessed> {
  positional(context.args, 0, 'The source');
  const answers = answersOf(context);
  await assertThere(context);
  const assessments: Assessment[] = [];
  const refused: { source: string; code: string; message: string; error: TravessiaError }[] = [];
  for (const source of context.args.positionals) {
    try {
      const { jobId } = await context.call('assess/start', { source, answers });
      const job = await context.job(jobId);
      if (job.resultId !== null) assessments.push(await context.call('assess/get', { id: job.resultId }));
    } catch (error) {
      if (!(error instanceof TravessiaError) || !ofTheFile.has(error.code) || context.args.positionals.length === 1) throw error;
      context.output.note(context.speech.say('{{source}} stays behind: {{error}}', { source: redactUrl(source), error: `${error.code}: ${context.speech.failure(error).message}` }));
      refused.push({ source: redactUrl(source), code: error.code, message: error.message, error });
    }
  }
  const [first] = refused;
  if (assessments.length === 0 && first !== undefined) throw first.error;
  return { assessments, refused: refused.map(({ source, code, message }) => ({ source, code, message })) };
}

export function planOptionsOf(context: CommandContext): CallInput<'plans/create'>['options'] {
  const { args } = context;
  const schema = text(args, 'schema');
  if (schema !== undefined) assertSchemaName(schema);
  const template = text(args, 'template');
  const identifiers = choice(args, 'identifiers', identifierPolicies);
  const ifExists = choice(args, 'if-exists', ifExistsModes);
  const collisions = choice(args, 'collisions', collisionChoices);
  const jobs = wholeNumber(args, 'jobs');
  const rejects = maxRejects(args);
  const overrides = [...texts(args, 'override').map(parseOverride), ...texts(args, 'where').map(parseWhere)];
  const repairs = repairRules(texts(args, 'repair'));
  return {
    ...(schema === undefined ? {} : { schema }),
    ...(template === undefined ? {} : { template }),
    ...(identifiers === undefined ? {} : { identifiers }),
    ...(ifExists === undefined ? {} : { ifExists }),
    ...(collisions === undefined ? {} : { collisions }),
    ...(jobs === undefined ? {} : { jobs }),
    ...(rejects === undefined ? {} : { maxRejects: rejects }),
    ...(overrides.length === 0 ? {} : { overrides }),
    ...(args.options['infer'] === true ? { infer: true } : {}),
    ...(repairs.length === 0 ? {} : { repairs }),
    ...(args.options['adopt'] === true ? { adopt: true } : {}),
    ...(args.options['moved-again'] === true ? { movedAgain: true } : {}),
  };
}

export async function createPlanFromSources(context: CommandContext): Promise<Plan> {
  // What is wrong with the words is said before anything is read.
  const target = required(context.args, 'target');
  const options = planOptionsOf(context);
  const { assessments, refused } = await assessSources(context);
  return context.call('plans/create', { assessmentIds: assessments.map((assessment) => assessment.id), target, options, refused: [...refused] });
}

/** What a run may be told besides its plan. */
const besidesPlan: ReadonlySet<string> = new Set(['max-rejects']);

/** A plan file was reviewed as it stands: where it goes and how is not changed beside it, nor passed over. @throws TravessiaError USAGE */
function assertSaidByPlan({ args }: CommandContext): void {
  const said = Object.keys(planOptions).find((name) => args.options[name] !== undefined && !besidesPlan.has(name));
  if (said === undefined) return;
  throw new TravessiaError('USAGE', {
    message: `A plan file says itself ${said === 'repair' ? 'what is repaired' : 'where its rows go and how'}; --${said} belongs to the making of a plan.`,
    hint: `Make the plan anew: travessia plan SOURCE --target T${said === 'target' ? '' : ` --${said}${planOptions[said]?.value === undefined ? '' : ` ${planOptions[said].value}`}`} --out plan.json`,
  });
}

/** Nothing but a plan is written over, and that stays where there is no room for the new one. @throws TravessiaError FILE_EXISTS, FILE_NOT_WRITABLE, DISK_FULL */
async function writePlan(path: string, plan: string): Promise<void> {
  // What is there and is no plan, a source for one, gives no plan's text.
  const write = (await readPlanFile(path)) === null ? writeNewFile : replaceFile;
  await write(path, plan).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') throw new TravessiaError('FILE_EXISTS', { message: `${path} is there already, and is no plan.`, hint: 'Name another file.', cause: error });
    throw writeError(error, `Cannot write ${path}: ${error.message}.`, 'Name a file in a folder that can be written.');
  });
}

/** A plan file, or sources to be assessed and planned. */
export async function planFromArguments(context: CommandContext): Promise<Plan> {
  const [first] = context.args.positionals;
  if (context.args.positionals.length === 1 && first !== undefined) {
    const planText = await readPlanFile(first);
    if (planText !== null) {
      assertSaidByPlan(context);
      return context.call('plans/import', { text: planText });
    }
  }
  return createPlanFromSources(context);
}

/** Whether it is time, and how to answer what stands in the way of a verdict. */
function decisionText({ say, coded, usage }: Speech, { decision: { verdict, reasons } }: Assessment): string {
  const open = Object.entries(answerOptions).filter(([, { measure }]) => reasons.some((reason) => reason.measure === measure && reason.over === null)).map(([name, { value }]) => `--${name} ${usage(value)}`);
  const decision = { verdict: coded({ code: `evidence.verdict.${verdict}` }), options: open.join(', ') };
  return verdict === 'unknown' && open.length > 0 ? say('Migrate: {{verdict}}; answer with {{options}}.', decision) : say('Migrate: {{verdict}}.', decision);
}

function assessmentText(speech: Speech, assessment: Assessment): string {
  const { say, coded, count, number, bytes, table } = speech;
  const { database, grade, estimate } = assessment;
  const lines = [
    say('{{database}}: grade {{grade}}, {{rows}} {{rows|row|rows}} in {{tables}} {{tables|table|tables}}, {{size}}', { database, grade, rows: count(assessment.rows), tables: count(assessment.tables.length), size: bytes(assessment.file.bytes) }),
    `${say('Estimated: {{seconds}} s, {{size}} in the target.', { seconds: number(estimate.seconds, 0), size: bytes(estimate.targetBytes) })} ${decisionText(speech, assessment)}`,
    '',
    table(['table', 'rows', 'grade', 'findings'], assessment.tables.filter((entry) => entry.kind !== 'shadow').map((entry) => [entry.name, count(entry.rows), entry.grade, entry.findings.length])),
  ];
  const findings = [...assessment.findings, ...assessment.tables.flatMap((entry) => entry.findings)];
  if (findings.length > 0) {
    lines.push('', ...findings.map((finding) => {
      const where = [finding.table, finding.column].filter((part) => part !== undefined).join('.');
      return `${say(finding.severity)}: ${where === '' ? '' : `${where}: `}${coded(finding)}`;
    }));
  }
  return lines.join('\n');
}

export const planCommands: Readonly<Record<string, Command>> = {
  assess: {
    usage: 'SOURCE…',
    summary: 'What the source really holds: types, ranges, orphans, size, cost, risks',
    options: { report: { type: 'string', summary: 'write the report as a page', value: 'out.html' }, ...answerOptions },
    async run(context) {
      const { assessments, refused } = await assessSources(context);
      const report = text(context.args, 'report');
      if (report !== undefined) {
        for (const [index, assessment] of assessments.entries()) {
          const namesakes = assessments.slice(0, index).filter(({ database }) => database === assessment.database).length;
          const file = assessments.length === 1 ? report : report.replace(/(\.html?)?$/i, (ending) => `-${assessment.database}${namesakes === 0 ? '' : `-${namesakes + 1}`}${ending}`);
          const { html } = await context.call('assess/report', { id: assessment.id, language: context.speech.language });
          await writeNewFile(file, html).catch((error: NodeJS.ErrnoException) => {
            const said = { message: `Cannot write ${file}: ${error.message}.`, hint: 'Name a file that does not exist yet, in a folder that can be written.' };
            throw error.code === 'EEXIST' ? new TravessiaError('FILE_EXISTS', { ...said, cause: error }) : writeError(error, said.message, said.hint);
          });
          context.output.note(context.speech.say('Report: {{file}}', { file }));
        }
      }
      if (context.output.json) context.output.document(assessments.length === 1 ? assessments[0] : assessments);
      else for (const assessment of assessments) context.output.print(assessmentText(context.speech, assessment));
      return refused.length > 0 || assessments.some((assessment) => [...assessment.findings, ...assessment.tables.flatMap((entry) => entry.findings)].some((finding) => finding.severity === 'critical')) ? 1 : 0;
    },
  },
  plan: {
    usage: 'SOURCE… --target T',
    summary: 'Write a plan: how each table and column crosses',
    options: { ...planOptions, out: { type: 'string', summary: 'the plan’s file (standard output otherwise)', value: 'plan.json' }, sql: { type: 'boolean', summary: 'print its SQL instead' } },
    async run(context) {
      const plan = await planFromArguments(context);
      const out = text(context.args, 'out');
      const exported = await context.call('plans/export', { id: plan.id });
      if (out !== undefined) {
        await writePlan(out, exported.text);
        context.output.note(context.speech.say('Plan: {{file}}', { file: out }));
      }
      if (context.args.options['sql'] === true) {
        const { sql } = await context.call('plans/sql', { id: plan.id });
        if (context.output.json) context.output.document({ planId: plan.id, sql });
        else context.output.raw(sql);
      } else if (out === undefined) context.output.raw(exported.text);
      else if (context.output.json) context.output.document({ planId: plan.id, version: plan.version, file: out, tables: plan.tables.length });
      return 0;
    },
  },
};
