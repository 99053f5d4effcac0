import { assessmentSchema, grades } from '../../shared/model/assessment.ts';
import type { Assessment } from '../../shared/model/assessment.ts';
import { keptReplicaSchema } from '../../shared/model/conversation-work.ts';
import type { KeptReplica } from '../../shared/model/conversation-work.ts';
import { librarySchema } from '../../shared/model/conversation-mapping.ts';
import type { Library } from '../../shared/model/conversation-mapping.ts';
import { jobLogLineSchema, jobSchema } from '../../shared/model/job.ts';
import type { Job, JobLogLine } from '../../shared/model/job.ts';
import { planSchema } from '../../shared/model/plan.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { connectionSchema, projectSchema } from '../../shared/model/project.ts';
import type { Connection, Project } from '../../shared/model/project.ts';
import { differenceSchema, runSchema, verificationSchema } from '../../shared/model/run.ts';
import type { Difference, Run, Verification } from '../../shared/model/run.ts';
import { settingsSchema } from '../../shared/model/settings.ts';
import type { Settings } from '../../shared/model/settings.ts';
import { TravessiaError } from '../../shared/contract/errors.ts';
import type { SqliteDb } from '../drivers/sqlite/types.ts';
import { createAudit } from './audit.ts';
import { readDocument, writeDocument } from './documents.ts';
import { and, asc, desc, eq, gt, isNull, max, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import * as schema from './schema.ts';

export interface PageRequest {
  readonly after?: string;
  readonly limit?: number;
}
export interface RunEvent {
  readonly at: string;
  readonly event: string;
  readonly detail: string;
}
export type AssessmentSummary = Pick<Assessment, 'id' | 'createdAt' | 'source' | 'database' | 'grade' | 'rows'>;

const gradeOf = (text: string): Assessment['grade'] => grades.find((grade) => grade === text) ?? 'C';

/** Everything the console keeps, as synchronous functions; only the store's worker calls them. */
export function createRepositories(database: SqliteDb) {
  const db = drizzle(database, { schema });
  const atomically = <T>(work: () => T): T => database.transaction(work).immediate();
  return {
    connections: {
      list: (): Connection[] => db.select().from(schema.connections).orderBy(asc(schema.connections.name)).all().map((row) => readDocument(connectionSchema, `Connection ${row.name}`, row.document)),
      get(id: string): Connection | null {
        const row = db.select().from(schema.connections).where(eq(schema.connections.id, id)).get();
        return row === undefined ? null : readDocument(connectionSchema, `Connection ${row.name}`, row.document);
      },
      byName(name: string): Connection | null {
        const row = db.select().from(schema.connections).where(eq(schema.connections.name, name)).get();
        return row === undefined ? null : readDocument(connectionSchema, `Connection ${row.name}`, row.document);
      },
      put(connection: Connection): void {
        const row = { id: connection.id, name: connection.name, createdAt: connection.createdAt, document: writeDocument(connection) };
        db.insert(schema.connections).values(row).onConflictDoUpdate({ target: schema.connections.id, set: row }).run();
      },
      remove(id: string): void { db.delete(schema.connections).where(eq(schema.connections.id, id)).run(); },
    },
    projects: {
      list: (): Project[] => db.select().from(schema.projects).orderBy(desc(schema.projects.updatedAt)).all().map((row) => readDocument(projectSchema, `Project ${row.id}`, row.document)),
      get(id: string): Project | null {
        const row = db.select().from(schema.projects).where(eq(schema.projects.id, id)).get();
        return row === undefined ? null : readDocument(projectSchema, `Project ${id}`, row.document);
      },
      put(project: Project): void {
        const row = { id: project.id, state: project.state, createdAt: project.createdAt, updatedAt: project.updatedAt, document: writeDocument(project) };
        db.insert(schema.projects).values(row).onConflictDoUpdate({ target: schema.projects.id, set: row }).run();
      },
      remove(id: string): void { db.delete(schema.projects).where(eq(schema.projects.id, id)).run(); },
    },
    plans: {
      /** Saves a version; the same version again is refused, because a reviewed plan never changes under its number. */
      put(plan: Plan, note = ''): void {
        const document = writeDocument(plan);
        atomically(() => {
          const found = db.select().from(schema.plans).where(and(eq(schema.plans.id, plan.id), eq(schema.plans.version, plan.version))).get();
          if (found?.document === document) return;
          if (found !== undefined) throw new TravessiaError('ALREADY_EXISTS', { message: `Version ${plan.version} of plan ${plan.id} exists already with other contents.`, hint: 'Reload the plan and make the change again.' });
          db.insert(schema.plans).values({ id: plan.id, version: plan.version, createdAt: plan.createdAt, note, document }).run();
        });
      },
      get(id: string, version?: number): Plan | null {
        const which = version === undefined ? eq(schema.plans.id, id) : and(eq(schema.plans.id, id), eq(schema.plans.version, version));
        const row = db.select().from(schema.plans).where(which).orderBy(desc(schema.plans.version)).limit(1).get();
        return row === undefined ? null : readDocument(planSchema, `Plan ${id}`, row.document);
      },
      versions: (id: string): { version: number; createdAt: string; note: string }[] =>
        db.select({ version: schema.plans.version, createdAt: schema.plans.createdAt, note: schema.plans.note }).from(schema.plans).where(eq(schema.plans.id, id)).orderBy(desc(schema.plans.version)).all(),
    },
    runs: {
      list: (): Run[] => db.select().from(schema.runs).orderBy(desc(schema.runs.createdAt)).all().map((row) => readDocument(runSchema, `Run ${row.id}`, row.document)),
      get: (id: string): Run | null => getRun(id),
      put: (run: Run): void => putRun(run),
      /** Changes some fields of a run, atomically against other processes; null where there is no such run. */
      patch: (id: string, change: Partial<Run>): Run | null => atomically(() => {
        const run = getRun(id);
        if (run === null) return null;
        const changed = { ...run, ...change, id };
        putRun(changed);
        return changed;
      }),
      remove(id: string): void { db.delete(schema.runs).where(eq(schema.runs.id, id)).run(); },
    },
    /** An index of the journal that stands in the target. */
    runEvents: {
      append(runId: string, event: RunEvent): void { db.insert(schema.runEvents).values({ runId, at: event.at, event: event.event, detail: event.detail }).run(); },
      list: (runId: string): RunEvent[] =>
        db.select({ at: schema.runEvents.at, event: schema.runEvents.event, detail: schema.runEvents.detail }).from(schema.runEvents).where(eq(schema.runEvents.runId, runId)).orderBy(asc(schema.runEvents.seq)).all(),
    },
    assessments: {
      list: (): AssessmentSummary[] => db.select().from(schema.assessments).orderBy(desc(schema.assessments.createdAt)).all()
        .map(({ id, createdAt, source, database: name, grade, rows }) => ({ id, createdAt, source, database: name, grade: gradeOf(grade), rows })),
      get(id: string): Assessment | null {
        const row = db.select().from(schema.assessments).where(eq(schema.assessments.id, id)).get();
        return row === undefined ? null : readDocument(assessmentSchema, `Assessment ${id}`, row.document);
      },
      put(assessment: Assessment): void {
        const { id, createdAt, source, database: name, grade, rows } = assessment;
        const row = { id, createdAt, source, database: name, grade, rows, document: writeDocument(assessment) };
        db.insert(schema.assessments).values(row).onConflictDoUpdate({ target: schema.assessments.id, set: row }).run();
      },
      remove(id: string): void { db.delete(schema.assessments).where(eq(schema.assessments.id, id)).run(); },
    },
    verifications: {
      get(id: string): Verification | null {
        const row = db.select().from(schema.verifications).where(eq(schema.verifications.id, id)).get();
        return row === undefined ? null : readDocument(verificationSchema, `Verification ${id}`, row.document);
      },
      /** The newest of a run. */
      ofRun(runId: string): Verification | null {
        const row = db.select().from(schema.verifications).where(eq(schema.verifications.runId, runId)).orderBy(desc(schema.verifications.createdAt)).limit(1).get();
        return row === undefined ? null : readDocument(verificationSchema, `Verification ${row.id}`, row.document);
      },
      put: (verification: Verification): void => putVerification(verification),
    },
    differences: {
      append: (verificationId: string, rows: readonly Difference[]): void => atomically(() => appendDifferences(verificationId, rows)),
      page(verificationId: string, request: PageRequest & { readonly database?: string; readonly table?: string } = {}): { rows: Difference[]; next: string | null } {
        const limit = request.limit ?? 100;
        const rows = db.select().from(schema.differences)
          .where(and(eq(schema.differences.verificationId, verificationId), request.after === undefined ? undefined : gt(schema.differences.seq, cursor(request.after)), request.table === undefined ? undefined : eq(schema.differences.tableName, request.table),
            request.database === undefined ? undefined : sql`${schema.differences.document} ->> '$.database' = ${request.database}`))
          .orderBy(asc(schema.differences.seq)).limit(limit + 1).all();
        return { rows: rows.slice(0, limit).map((row) => readDocument(differenceSchema, 'A difference', row.document)), next: rows.length > limit ? String(rows[limit - 1]?.seq ?? 0) : null };
      },
    },
    jobs: {
      list: (): Job[] => db.select().from(schema.jobs).orderBy(desc(schema.jobs.startedAt)).limit(500).all().map((row) => readDocument(jobSchema, `Job ${row.id}`, row.document)),
      get(id: string): Job | null {
        const row = db.select().from(schema.jobs).where(eq(schema.jobs.id, id)).get();
        return row === undefined ? null : readDocument(jobSchema, `Job ${id}`, row.document);
      },
      put(job: Job): void {
        const row = { id: job.id, state: job.state, startedAt: job.startedAt, document: writeDocument(job) };
        db.insert(schema.jobs).values(row).onConflictDoUpdate({ target: schema.jobs.id, set: row }).run();
      },
      appendLog(jobId: string, line: JobLogLine): void { db.insert(schema.jobLog).values({ jobId, ...line, params: line.params === undefined ? null : JSON.stringify(line.params) }).run(); },
      log: (jobId: string): JobLogLine[] => db.select().from(schema.jobLog).where(eq(schema.jobLog.jobId, jobId)).orderBy(asc(schema.jobLog.seq)).all().map(({ at, level, text, code, params }) => jobLogLineSchema.parse({ at, level, text, ...(code === null ? {} : { code }), ...(params === null ? {} : { params: JSON.parse(params) }) })),
    },
    settings: {
      all: (): Settings => readSettings(),
      set(change: Partial<Settings>): Settings {
        return atomically(() => {
          for (const [key, value] of Object.entries(change)) {
            if (value === undefined) continue;
            const row = { key, value: writeDocument(value) };
            db.insert(schema.settings).values(row).onConflictDoUpdate({ target: schema.settings.key, set: row }).run();
          }
          return readSettings();
        });
      },
    },
    audit: createAudit(database),
    guard: {
      /** No row: nobody ever entered a profile. Anything but `dba` is the narrow one. */
      profile(): 'dba' | 'support' {
        const row = profileRow();
        return row === undefined || row.profile === 'dba' ? 'dba' : 'support';
      },
      setProfile(profile: 'dba' | 'support'): void { putProfile({ profile, failures: 0, blockedUntil: 0 }); },
      /** Takes one try at the passphrase, counted before it is looked at so that tries side by side gain nothing. @returns milliseconds to wait, 0 where the try may be made */
      takeTry: (now: number, delay: readonly number[]): number => atomically(() => {
        const row = profileRow();
        const { failures = 0, blockedUntil = 0 } = row ?? {};
        const longest = delay.at(-1) ?? 0;
        // A clock that was put back must not lock the door for longer than a wrong try does.
        if (blockedUntil > now) return Math.min(blockedUntil - now, longest);
        putProfile({ profile: row?.profile ?? 'dba', failures: failures + 1, blockedUntil: now + (delay[Math.min(failures, delay.length - 1)] ?? 0) });
        return 0;
      }),
      addJob(jobId: string): void { db.insert(schema.guardJobs).values({ jobId }).onConflictDoNothing().run(); },
      jobs: (): string[] => db.select().from(schema.guardJobs).all().map((row) => row.jobId),
    },
    replicas: {
      list: (): KeptReplica[] => db.select().from(schema.replicas).where(isNull(schema.replicas.revokedAt)).orderBy(desc(schema.replicas.createdAt)).all().map((row) => readDocument(keptReplicaSchema, `Replica ${row.id}`, row.document ?? '')),
      /** null where there is none, or none any more. */
      get(id: string): KeptReplica | null {
        const row = db.select().from(schema.replicas).where(and(eq(schema.replicas.id, id), isNull(schema.replicas.revokedAt))).get();
        return row === undefined ? null : readDocument(keptReplicaSchema, `Replica ${id}`, row.document ?? '');
      },
      isRevoked: (id: string): boolean => db.select({ at: schema.replicas.revokedAt }).from(schema.replicas).where(eq(schema.replicas.id, id)).get()?.at != null,
      /** A revoked one stays revoked. */
      put(replica: KeptReplica): void {
        const row = { id: replica.id, createdAt: replica.createdAt, document: writeDocument(replica) };
        db.insert(schema.replicas).values(row).onConflictDoUpdate({ target: schema.replicas.id, set: row, setWhere: isNull(schema.replicas.revokedAt) }).run();
      },
      revoke(id: string, at: string): void { db.update(schema.replicas).set({ revokedAt: at, document: null }).where(eq(schema.replicas.id, id)).run(); },
    },
    libraries: {
      list: (): Library[] => db.select().from(schema.libraries).orderBy(asc(schema.libraries.name)).all().map((row) => readDocument(librarySchema, `Library ${row.name}`, row.document)),
      get(id: string): Library | null {
        const row = db.select().from(schema.libraries).where(eq(schema.libraries.id, id)).get();
        return row === undefined ? null : readDocument(librarySchema, `Library ${row.name}`, row.document);
      },
      put(library: Library): void {
        const row = { id: library.id, name: library.name, createdAt: library.createdAt, document: writeDocument(library) };
        db.insert(schema.libraries).values(row).onConflictDoUpdate({ target: schema.libraries.id, set: row }).run();
      },
      remove(id: string): void { db.delete(schema.libraries).where(eq(schema.libraries.id, id)).run(); },
    },
    /** A verification and its differences together: one without the other would mislead. */
    whole: {
      saveVerification: (verification: Verification, rows: readonly Difference[]): void => atomically(() => {
        putVerification(verification);
        db.delete(schema.differences).where(eq(schema.differences.verificationId, verification.id)).run();
        appendDifferences(verification.id, rows);
      }),
    },
  };

  function getRun(id: string): Run | null {
    const row = db.select().from(schema.runs).where(eq(schema.runs.id, id)).get();
    return row === undefined ? null : readDocument(runSchema, `Run ${id}`, row.document);
  }

  function putRun(run: Run): void {
    const row = { id: run.id, projectId: run.projectId, planId: run.planId, state: run.state, createdAt: run.createdAt, updatedAt: run.updatedAt, document: writeDocument(run) };
    db.insert(schema.runs).values(row).onConflictDoUpdate({ target: schema.runs.id, set: row }).run();
  }

  function putVerification(verification: Verification): void {
    const row = { id: verification.id, runId: verification.runId, createdAt: verification.createdAt, equal: verification.equal, document: writeDocument(verification) };
    db.insert(schema.verifications).values(row).onConflictDoUpdate({ target: schema.verifications.id, set: row }).run();
  }

  function appendDifferences(verificationId: string, rows: readonly Difference[]): void {
    const last = db.select({ seq: max(schema.differences.seq) }).from(schema.differences).where(eq(schema.differences.verificationId, verificationId)).get()?.seq ?? 0;
    const insert = db.insert(schema.differences).values({ verificationId: sql.placeholder('id'), seq: sql.placeholder('seq'), tableName: sql.placeholder('table'), document: sql.placeholder('document') }).prepare();
    for (const [at, row] of rows.entries()) insert.run({ id: verificationId, seq: last + at + 1, table: row.table, document: writeDocument(row) });
  }

  function profileRow(): { profile: string; failures: number; blockedUntil: number } | undefined {
    return db.select().from(schema.guardProfile).get();
  }

  function putProfile(row: { profile: string; failures: number; blockedUntil: number }): void {
    db.insert(schema.guardProfile).values({ id: 1, ...row }).onConflictDoUpdate({ target: schema.guardProfile.id, set: row }).run();
  }

  function readSettings(): Settings {
    const stored = Object.fromEntries(db.select().from(schema.settings).all().map((row): [string, unknown] => [row.key, JSON.parse(row.value)]));
    const parsed = settingsSchema.safeParse(stored);
    if (parsed.success) return parsed.data;
    // One setting that an older program wrote differently must not take the others with it.
    const bad = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    return settingsSchema.parse(Object.fromEntries(Object.entries(stored).filter(([key]) => !bad.has(key))));
  }
}

export type Repositories = ReturnType<typeof createRepositories>;

function cursor(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new TravessiaError('INVALID_INPUT', { message: `"${text}" is not a position in this list.` });
  return value;
}
