import type { CallInput, CallName, CallOutput, Client } from '../../shared/contract/contract.ts';
import { TravessiaError } from '../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { Job } from '../../shared/model/job.ts';
import type { Connection, Project } from '../../shared/model/project.ts';
import { settingsSchema } from '../../shared/model/settings.ts';
import type { Settings } from '../../shared/model/settings.ts';
import type { ConsoleClient, LinkState } from '../stores/client.ts';
import { assessment } from './assessment.ts';
import { conversationHandlers } from './conversations.ts';
import { plan, planSql } from './plan.ts';
import { differences, rejects, runs, verificationOf } from './runs.ts';

/** A core in memory for looking at screens and for tests of the stores; never part of the product. */
export interface Double extends ConsoleClient {
  emit(event: TravessiaEvent): void;
  setLink(state: LinkState): void;
}

type Handlers = { readonly [N in CallName]?: (input: CallInput<N>) => CallOutput<N> };

export function createDouble(start: { empty?: boolean; settings?: Partial<Settings> } = {}): Double {
  const listeners = new Set<(event: TravessiaEvent) => void>();
  const links = new Set<(state: LinkState) => void>();
  const emit = (event: TravessiaEvent): void => listeners.forEach((listener) => listener(event));
  const empty = start.empty ?? false;
  let settings: Settings = { language: 'en', theme: 'light', density: 'comfortable', thresholds: assessment.thresholds, rejectShare: 0.01, tourDone: !empty, replicaMinutes: 5, masking: true, ...start.settings };
  let connections: Connection[] = empty ? [] : sampleConnections;
  let projects: Project[] = empty ? [] : sampleProjects;
  const jobs: Job[] = empty ? [] : sampleJobs;
  const runOf = (id: string) => runs.find((run) => run.id === id) ?? fail('NOT_FOUND', `Run ${id} does not exist.`);
  const done = { done: true } as const;
  const statements = [
    { sql: 'ALTER TABLE "resync"."feedback" SET SCHEMA "travessia_stage_a1b2"', why: 'the loaded table leaves the final schema' },
    { sql: 'ALTER TABLE "travessia_kept_a1b2"."feedback" SET SCHEMA "resync"', why: 'the former table comes back' },
    { sql: 'DROP SCHEMA "travessia_stage_a1b2" CASCADE', why: 'what this run loaded goes' },
  ];

  const handlers: Handlers = {
    ...conversationHandlers({ emit, empty }),
    'app/info': () => ({ version: '0.1.0', dataFolder: '/home/ana/.local/share/travessia', firstStart: empty, platform: 'linux', nativeDialogs: false, embeddedAvailable: true, secretsAvailable: true, storeNotice: null }),
    'app/sizes': () => ({ freeBytes: 412_000_000_000 }),
    'connections/list': () => connections,
    'connections/add': (input) => {
      const made: Connection = { ...input, id: `connection-${connections.length + 1}`, hasPassword: Boolean(input.password), createdAt: '2025-06-02T08:00:00Z', lastUsedAt: null };
      connections = [...connections, made];
      emit({ type: 'changed', noun: 'connections' });
      return made;
    },
    'connections/remove': ({ id }) => {
      connections = connections.filter((each) => each.id !== id);
      emit({ type: 'changed', noun: 'connections' });
      return done;
    },
    'connections/test': (input) => {
      if ('location' in input && input.location.includes('bad')) return fail('AUTH_FAILED', 'The server db.example refused the password of user app.', 'Check the password, or the method in pg_hba.conf.');
      return { ok: true, kind: 'postgres', version: '16.4', details: [{ code: 'encoding', value: 'UTF8' }, { code: 'user', value: 'app' }, { code: 'database', value: 'resync' }, { code: 'superuser', value: 'false' }, { code: 'can-create-schema', value: 'false' }, { code: 'read-only', value: 'false' }, { code: 'standby', value: 'false' }, { code: 'pooled', value: 'true' }, { code: 'tls', value: 'true' }, { code: 'size-bytes', value: '812331008' }], latencyMs: 14 };
    },
    'projects/checklist': () => ({ steps: [{ id: 'planned', kind: 'fact', done: true, at: null, by: null, params: {} }], localFiles: [] }),
    'connections/discover': () => (empty ? [] : [{ name: 'DATABASE_URL', location: 'postgresql://resync@db.example:5432/resync', from: '.env' }]),
    'files/browse': ({ folder = '/srv/resync/data' }) => ({ folder, parent: '/srv/resync', entries: [{ name: 'archive', path: `${folder}/archive`, kind: 'folder', bytes: 0, sqlite: false }, { name: 'resync.db', path: `${folder}/resync.db`, kind: 'file', bytes: 812_331_008, sqlite: true }, { name: 'notes.txt', path: `${folder}/notes.txt`, kind: 'file', bytes: 812, sqlite: false }] }),
    'server/status': () => ({ available: true, running: !empty, kept: false, version: empty ? null : '18.4', port: empty ? null : 54_321, folder: '/home/ana/.local/share/travessia/embedded/main' }),
    'assess/get': () => assessment,
    'assess/list': () => [assessment],
    'assess/answer': ({ answers }) => ({ ...assessment, answers }),
    'plans/get': ({ version }) => (version === undefined ? plan : { ...plan, version }),
    'plans/versions': () => [1, 2, 3].map((version) => ({ version, createdAt: `2025-06-02T09:1${version}:00Z`, note: version === 1 ? 'made from the assessment' : 'tws_job_status.return_code → text' })),
    'plans/sql': () => ({ sql: planSql }),
    'plans/diff': () => [{ path: 'tables[resync.db.tws_job_status].columns[return_code].type', before: 'bigint', after: 'text' }, { path: 'options.maxRejects', before: null, after: '0' }],
    'plans/export': () => ({ fileName: 'plan-1.json', text: JSON.stringify(plan) }),
    'plans/override': () => ({ ...plan, version: 4 }),
    'projects/list': () => projects,
    'projects/get': ({ id }) => projects.find((each) => each.id === id) ?? fail('NOT_FOUND', `Project ${id} does not exist.`, 'It may have been removed; open the list of projects.'),
    'projects/create': ({ name, sources, target, environment = 'development' }) => {
      const made: Project = { ...draftProject, id: `project-${projects.length + 1}`, name, sources, target, environment };
      projects = [...projects, made];
      emit({ type: 'changed', noun: 'projects' });
      return made;
    },
    'runs/list': () => (empty ? [] : runs),
    'runs/get': ({ id }) => runOf(id),
    'runs/rollback-plan': () => ({ statements, hash: '9f2c41d0a7', blockers: [] }),
    'runs/complete-plan': () => ({ statements: statements.slice(2), hash: '11aa22bb33', blockers: ['A transaction of another session holds resync.feedback.'] }),
    'runs/rejects': ({ id, database, table, after, limit = 100 }) => {
      const all = runOf(id).result?.rejects.rows === 0 ? [] : rejects.filter((each) => (table === undefined || each.table === table) && (database === undefined || each.source === database));
      const from = Number(after ?? 0);
      return { rows: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null, total: all.length };
    },
    'verify/get': ({ runId = '' }) => (runId.startsWith('running') ? null : verificationOf(runId, runId.startsWith('differs'))),
    'verify/differences': ({ database, table }) => ({ rows: differences.filter((each) => (table === undefined || each.table === table) && (database === undefined || each.database === database)), next: null }),
    'browse/rows': ({ after }) => ({
      columns: ['id', 'job_name', 'timestamp', 'return_code', 'payload', 'closed_at'],
      rows: Array.from({ length: 100 }, (_, index) => [{ class: 'integer' as const, text: String(Number(after ?? 0) + index + 1) }, { class: 'text' as const, text: 'NIGHTLY ' }, { class: 'text' as const, text: '2024-12-01 08:00:00+00' }, { class: 'integer' as const, text: '9223372036854775807' }, { class: 'blob' as const, text: 'deadbeef' }, { class: 'null' as const, text: null }]),
      next: Number(after ?? 0) < 1000 ? String(Number(after ?? 0) + 100) : null,
    }),
    'evidence/get': () => ({ html: '<!doctype html><title>Evidence</title>', json: JSON.stringify(runs[0], null, 2), sha256: '4f3c9a6d1e'.repeat(6) + 'abcd' }),
    'sample/migrate': () => ({ jobId: 'job-2', projectId: 'project-2' }),
    'jobs/list': () => jobs,
    'jobs/log': () => [{ at: '2025-06-02T10:00:00Z', level: 'info', text: 'Snapshot taken: 812,331,008 bytes' }, { at: '2025-06-02T10:00:04Z', level: 'info', text: 'Loading tws_job_status' }, { at: '2025-06-02T10:00:06Z', level: 'warning', text: 'tws_job_status: 1,203 rows rejected (return_code: NOT_AN_INTEGER)' }],
    'jobs/cancel': () => done,
    'settings/get': () => settings,
    'settings/set': (change) => {
      settings = settingsSchema.parse({ ...settings, ...change });
      return settings;
    },
    'audit/list': () => ({ rows: empty ? [] : Array.from({ length: 40 }, (_, index) => ({ seq: 40 - index, at: '2025-06-02T10:00:00Z', who: 'ana', call: index % 2 ? 'runs/migrate' : 'plans/override', detail: 'plan-1, version 3', outcome: index === 5 ? 'TOO_MANY_REJECTS' : 'ok' })), next: null }),
  };

  const call: Client['call'] = async (name, input) => {
    const handler = handlers[name];
    if (!handler) return fail('INTERNAL', `The double does not answer ${name}.`);
    return handler(input);
  };
  return {
    call,
    emit,
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onLink: (listener) => {
      links.add(listener);
      return () => links.delete(listener);
    },
    setLink: (state) => links.forEach((listener) => listener(state)),
  };
}

function fail(code: 'NOT_FOUND' | 'INTERNAL' | 'AUTH_FAILED', message: string, hint?: string): never {
  throw new TravessiaError(code, { message, ...(hint === undefined ? {} : { hint }) });
}

const sampleConnections: Connection[] = [
  { id: 'connection-1', name: 'Resync production', kind: 'postgres', location: 'postgresql://resync@db.example:5432/resync?sslmode=verify-full', environment: 'production', colour: 'red', readOnly: false, folder: 'Resync', hasPassword: true, createdAt: '2025-05-01T08:00:00Z', lastUsedAt: '2025-06-02T10:00:00Z' },
  { id: 'connection-2', name: 'Resync staging', kind: 'postgres', location: 'postgresql://resync@staging.example/resync', environment: 'staging', colour: 'amber', readOnly: true, folder: 'Resync', hasPassword: false, createdAt: '2025-05-01T08:00:00Z', lastUsedAt: null },
  { id: 'connection-3', name: 'resync.db', kind: 'sqlite', location: '/srv/resync/data/resync.db', environment: 'development', colour: 'green', readOnly: true, hasPassword: false, createdAt: '2025-05-01T08:00:00Z', lastUsedAt: '2025-06-01T10:00:00Z' },
];

const draftProject: Project = { id: 'project-4', name: 'Chat history', sources: ['/srv/duilio/chat.db'], troubles: [], leftOut: [], ticks: [], target: 'embedded', environment: 'development', state: 'draft', assessmentIds: [], planId: null, rehearsalRunId: null, runId: null, createdAt: '2025-06-02T08:00:00Z', updatedAt: '2025-06-02T08:00:00Z', history: [] };

const sampleProjects: Project[] = [
  { ...draftProject, id: 'project-1', name: 'Resync consolidation', sources: ['/srv/resync/data/resync.db'], target: 'Resync production', environment: 'production', state: 'soaking', assessmentIds: ['assessment-1'], planId: 'plan-1', rehearsalRunId: 'rehearse000000001', runId: 'a1b2c3d4e5f60718', updatedAt: '2025-06-02T10:01:00Z', history: [{ at: '2025-06-02T09:12:00Z', from: 'draft', to: 'assessed', by: 'ana' }, { at: '2025-06-02T09:20:00Z', from: 'assessed', to: 'planned', by: 'ana' }, { at: '2025-06-02T09:40:00Z', from: 'planned', to: 'rehearsed', by: 'ana' }, { at: '2025-06-02T10:01:00Z', from: 'verified', to: 'soaking', by: 'ana' }] },
  { ...draftProject, id: 'project-2', name: 'Sample', state: 'loading', assessmentIds: ['assessment-1'], planId: 'plan-2', runId: 'running0000000001' },
  { ...draftProject, id: 'project-3', name: 'Feedback', environment: 'staging', state: 'waiting', assessmentIds: ['assessment-1'], planId: 'plan-3', runId: 'waiting0000000001' },
  draftProject,
];

const sampleJobs: Job[] = [
  { id: 'job-2', kind: 'migrate', title: 'Sample', state: 'running', projectId: 'project-2', runId: 'running0000000001', phase: 'load', progress: 0.42, rows: 812_000, rowsTotal: 2_134_803, bytes: 190_000_000, startedAt: new Date(Date.now() - 14_000).toISOString(), endedAt: null, rowsPerSecond: 63_000, remaining: 21, error: null, resultId: null },
  { id: 'job-1', kind: 'migrate', title: 'Resync consolidation', state: 'done', projectId: 'project-1', runId: 'a1b2c3d4e5f60718', phase: 'done', progress: 1, rows: 2_134_803, rowsTotal: 2_134_803, bytes: 490_000_000, startedAt: '2025-06-02T10:00:00Z', endedAt: '2025-06-02T10:00:51Z', rowsPerSecond: null, remaining: null, error: null, resultId: 'a1b2c3d4e5f60718' },
  { id: 'job-0', kind: 'assess', title: 'old.db', state: 'failed', projectId: null, runId: null, phase: 'read', progress: 0.1, rows: 0, rowsTotal: 0, bytes: 0, startedAt: '2025-06-01T10:00:00Z', endedAt: '2025-06-01T10:00:01Z', rowsPerSecond: null, remaining: null, error: { code: 'DATABASE_CORRUPT', message: 'old.db is damaged: page 812 cannot be read.', hint: 'Restore it from a backup, or recover it with the sqlite3 tool’s .recover.' }, resultId: null },
];
