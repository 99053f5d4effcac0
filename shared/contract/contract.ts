import { z } from 'zod';
import { approved, done, id, nothing, page, shown, started } from './common.ts';
import { conversationCalls } from './conversations.ts';
import { call } from './define.ts';
import { guardCalls } from './guard.ts';
import { answersSchema, assessmentSchema, thresholdsChangeSchema } from '../model/assessment.ts';
import { planOptionsChangeSchema, planSchema, overrideSchema } from '../model/plan.ts';
import { checklistSchema, connectionInputSchema, connectionSchema, connectionTestSchema, environments, poolSettingsSchema, projectSchema } from '../model/project.ts';
import { differenceSchema, mendedValueSchema, rejectSchema, runSchema, targetRunSchema, verificationSchema } from '../model/run.ts';
import { jobLogLineSchema, jobSchema } from '../model/job.ts';
import { cellSchema } from '../model/values.ts';
import { templateSchema } from '../model/template.ts';
import { headroomSchema } from '../model/headroom.ts';
import { settingsChangeSchema, settingsSchema } from '../model/settings.ts';

/** One source table; two sources may hold tables of one name. */
const ofTable = { database: z.string().optional(), table: z.string().optional() };

const summaryOf = { id: true, createdAt: true, source: true, database: true, grade: true, rows: true } as const;

/** Every call once; the preload bridge, the web router and the command line are derived from it (design: README, "The house"). */
export const contract = {
  'app/info': call('read', 'Version, data folder and state of the console', nothing, z.object({
    version: z.string(), dataFolder: z.string(), firstStart: z.boolean(), platform: z.string(), nativeDialogs: z.boolean(),
    embeddedAvailable: z.boolean(), secretsAvailable: z.boolean(), storeNotice: z.string().nullable(),
  })),
  'app/sizes': call('read', 'Free disk space where the data folder lies', nothing, z.object({ freeBytes: z.number() })),

  'connections/list': call('read', 'Saved connections', nothing, z.array(connectionSchema)),
  'connections/add': call('write', 'Save a connection', connectionInputSchema, connectionSchema),
  'connections/edit': call('write', 'Change a saved connection', connectionInputSchema.extend({ id: z.string() }), connectionSchema),
  'connections/remove': call('write', 'Remove a saved connection and its password', id, done),
  'connections/test': call('read', 'Open a connection and say what answers', z.union([id, connectionInputSchema]), connectionTestSchema),
  'connections/discover': call('read', 'Connections found in the environment and in .env files', nothing,
    z.array(z.object({ name: z.string(), location: z.string(), from: z.string(), pool: poolSettingsSchema.optional() }))),

  'files/choose': call('read', 'Ask for a file with the native dialog, where the host has one',
    z.object({ purpose: z.enum(['sqlite', 'plan', 'folder']) }), z.object({ native: z.boolean(), path: z.string().nullable() })),
  'files/browse': call('read', 'A folder of the machine the console runs on', z.object({ folder: z.string().optional() }),
    z.object({ folder: z.string(), parent: z.string().nullable(), entries: z.array(z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']), bytes: z.number(), sqlite: z.boolean() })) })),

  'server/status': call('read', 'State of the embedded PostgreSQL', z.object({ name: z.string().default('main') }),
    z.object({ available: z.boolean(), running: z.boolean(), kept: z.boolean(), version: z.string().nullable(), port: z.number().nullable(), folder: z.string() })),
  'server/start': call('write', 'Start the embedded PostgreSQL and keep it up', z.object({ name: z.string().default('main') }), z.object({ port: z.number() })),
  'server/stop': call('write', 'Stop the embedded PostgreSQL', z.object({ name: z.string().default('main') }), done),

  'assess/start': call('write', 'Assess a SQLite file', z.object({ source: z.string().min(1), projectId: z.string().optional(), thresholds: thresholdsChangeSchema.optional(), answers: answersSchema.optional() }), started),
  'assess/get': call('read', 'One assessment, whole', id, assessmentSchema),
  'assess/list': call('read', 'Assessments made', nothing, z.array(assessmentSchema.pick(summaryOf))),
  'assess/report': call('read', 'An assessment as a self-contained HTML page', id.extend({ language: z.enum(['en', 'pt-BR']).default('en') }), z.object({ html: z.string() })),
  'assess/answer': call('write', 'Say what the file cannot tell: start-up time, memory, instances', id.extend({ answers: answersSchema, thresholds: thresholdsChangeSchema.optional() }), assessmentSchema),

  'templates/list': call('read', 'Templates of known programs: where their stores go, what their columns mean', nothing, z.array(templateSchema)),
  'plans/create': call('write', 'Make a plan from an assessment', z.object({ assessmentIds: z.array(z.string()).min(1), target: z.string().min(1), options: planOptionsChangeSchema.default({}), projectId: z.string().optional(),
    /** Sources that were named and could not be assessed: they stay behind, and the plan says so. */
    refused: z.array(z.object({ source: z.string(), code: z.string(), message: z.string() })).optional() }), planSchema),
  'plans/get': call('read', 'One version of a plan (the newest when no version is given)', id.extend({ version: z.number().int().optional() }), planSchema),
  'plans/versions': call('read', 'Versions of a plan', id, z.array(z.object({ version: z.number(), createdAt: z.string(), note: z.string() }))),
  'plans/override': call('write', 'Decide by hand: adds overrides or changes options, and saves a new version', id.extend({ overrides: z.array(overrideSchema).default([]), options: planOptionsChangeSchema.default({}) }), planSchema),
  'plans/check-filter': call('read', 'Rows of a table that a condition on the source\'s columns lets cross', id.extend({ database: z.string(), table: z.string(), condition: z.string().max(4000) }), z.object({ rows: z.number(), of: z.number() })),
  'plans/headroom': call('read', 'Space a run of the plan takes in its target, and what is free there where that can be known', id, headroomSchema),
  'plans/sql': call('read', 'The exact SQL of a plan, in the order it runs', id.extend({ version: z.number().int().optional() }), z.object({ sql: z.string() })),
  'plans/diff': call('read', 'What changed between two versions', id.extend({ from: z.number().int(), to: z.number().int() }),
    z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }))),
  'plans/export': call('read', 'The plan as the text of its file', id.extend({ version: z.number().int().optional() }), z.object({ fileName: z.string(), text: z.string() })),
  'plans/import': call('write', 'Read a plan file', z.object({ text: z.string(), projectId: z.string().optional(), target: z.string().optional(), sources: z.array(z.string()).optional() }), planSchema),

  'projects/list': call('read', 'Projects', nothing, z.array(projectSchema)),
  'projects/create': call('write', 'Start a project', z.object({ name: z.string().min(1), sources: z.array(z.string().min(1)).min(1), target: z.string().min(1), environment: z.enum(environments).default('development') }), projectSchema),
  'projects/get': call('read', 'One project', id, projectSchema),
  'projects/rename': call('write', 'Rename a project', id.extend({ name: z.string().min(1) }), projectSchema),
  'projects/leave-out': call('write', 'Leave a source of a project out, or take it in again', id.extend({ source: z.string(), out: z.boolean() }), projectSchema),
  'projects/move-source': call('write', 'Take a source of a project from another place; whether it is the file that was assessed (null: none was)', id.extend({ source: z.string(), to: z.string().min(1) }),
    z.object({ project: projectSchema, source: z.string(), same: z.boolean().nullable() })),
  'projects/checklist': call('read', 'What is done of a project, by facts and by what people ticked, and the SQLite files left in its sources’ folders', id, checklistSchema),
  'projects/tick': call('write', 'Tick a manual step of a project, or take the tick away', id.extend({ step: z.string(), done: z.boolean(), by: z.string().trim().min(1).max(80) }), projectSchema),
  'projects/remove': call('write', 'Remove a project from the console (databases stay as they are)', id, done),

  'runs/rehearse': call('write', 'Run a plan against a scratch server, verify, and throw it away', z.object({ planId: z.string(), projectId: z.string().optional() }), started),
  'runs/migrate': call('danger', 'Run a plan: load, verify, swap', z.object({ planId: z.string(), projectId: z.string().optional(), maxRejects: z.union([z.literal('all'), z.number().int().min(0)]).optional() }), started),
  'runs/resume': call('danger', 'Go on with a stopped or waiting run', id.extend({ maxRejects: z.union([z.literal('all'), z.number().int().min(0)]).optional(), jobs: planOptionsChangeSchema.shape.jobs }), started),
  'runs/list': call('read', 'Runs, newest first', nothing, z.array(runSchema.omit({ result: true, progress: true }))),
  'runs/get': call('read', 'One run with its result', id, runSchema),
  'runs/in-target': call('read', 'Runs that the journal in a target knows, newest first', z.object({ target: z.string().min(1) }), z.array(targetRunSchema)),
  'runs/take-over': call('write', 'Take up a run that only its target knows: from the journal there', id.extend({ target: z.string().min(1) }), runSchema),
  'runs/rollback-plan': call('read', 'What a rollback would do, as SQL', id, shown),
  'runs/rollback': call('danger', 'Bring back the state before the run', approved, started),
  'runs/complete-plan': call('read', 'What completing would remove, as SQL', id, shown),
  'runs/complete': call('danger', 'End a run: the kept tables and the journal go', approved, started),
  'runs/archive': call('danger', 'Move the source files of a completed run aside, unchanged, with a list to put them back by', id.extend({ folder: z.string().min(1) }),
    z.object({ list: z.string(), files: z.array(z.object({ from: z.string(), to: z.string(), bytes: z.number(), sha256: z.string() })), remaining: z.array(z.string()) })),
  'runs/rejects': call('read', 'Rejected rows of a run, paged', id.extend({ ...ofTable, ...page, mended: z.boolean().optional() }), z.object({ rows: z.array(rejectSchema), next: z.string().nullable(), total: z.number() })),
  'runs/mend': call('write', 'Give a rejected row of a waiting run other values, and load it; with `alike` all that were rejected for the same column and reason',
    id.extend({ reject: z.string(), values: z.array(mendedValueSchema).min(1), alike: z.boolean().optional() }), z.object({ mended: z.number(), left: z.number() })),

  'verify/start': call('write', 'Compare again, every row and column: a run, or a plan against what stands in the target', z.object({ id: z.string().optional(), planId: z.string().optional(), digests: z.boolean().optional() }), started),
  'verify/get': call('read', 'One verification (by its id or by its run: the newest)', z.object({ id: z.string().optional(), runId: z.string().optional() }), verificationSchema.nullable()),
  'verify/differences': call('read', 'Differing rows and cells, paged', id.extend({ ...ofTable, ...page }), z.object({ rows: z.array(differenceSchema), next: z.string().nullable() })),

  'browse/rows': call('read', 'Rows of a run\'s target table, read-only, keyset paged', z.object({ runId: z.string(), table: z.string(), ...page }),
    z.object({ columns: z.array(z.string()), rows: z.array(z.array(cellSchema)), next: z.string().nullable() })),

  'evidence/get': call('read', 'The report of a run as HTML and JSON', id.extend({ language: z.enum(['en', 'pt-BR']).default('en') }), z.object({ html: z.string(), json: z.string(), sha256: z.string() })),

  'sample/migrate': call('write', 'Build sample stores and walk the whole way on the embedded server', z.object({ size: z.enum(['small', 'realistic']).default('realistic') }), started.extend({ projectId: z.string() })),

  'jobs/list': call('read', 'Jobs, newest first', nothing, z.array(jobSchema)),
  'jobs/get': call('read', 'One job', id, jobSchema),
  'jobs/log': call('read', 'Log of a job', id, z.array(jobLogLineSchema)),
  'jobs/cancel': call('write', 'Cancel a job', id, done),

  'settings/get': call('read', 'Settings', nothing, settingsSchema),
  'settings/set': call('write', 'Change settings', settingsChangeSchema, settingsSchema),

  ...guardCalls,
  ...conversationCalls,
} as const;

export type Contract = typeof contract;
export type CallName = keyof Contract;
export type CallInput<N extends CallName> = z.input<Contract[N]['input']>;
export type CallOutput<N extends CallName> = z.infer<Contract[N]['output']>;

/** What a handler receives: the input after its schema filled the defaults. */
export type HandlerInput<N extends CallName> = z.output<Contract[N]['input']>;

export const callNames = Object.keys(contract) as CallName[];

export function isCallName(name: string): name is CallName {
  return Object.hasOwn(contract, name);
}

/** The client every renderer screen and every test sees, whatever the host. */
export interface Client {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
}
