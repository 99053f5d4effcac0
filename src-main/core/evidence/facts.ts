import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Checklist, PoolSettings, Project } from '../../../shared/model/project.ts';
import type { Run, Verification } from '../../../shared/model/run.ts';

export interface EvidenceInput {
  readonly run: Run;
  readonly plan: Plan;
  readonly assessments: readonly Assessment[];
  /** The newest verification of the run; null where none was finished. */
  readonly verification: Verification | null;
  /** The project's transitions: who decided what, and when. */
  readonly history: Project['history'];
  /** Of the project, as it stood when the evidence was asked for. */
  readonly checklist?: Checklist | undefined;
  /** What the program asks of its connections to the target, where its environment says so. */
  readonly pool?: PoolSettings | undefined;
}

/** The same facts that the page shows, in one document. Nothing in it depends on language, and only the checklist on when it was asked for. */
export function evidenceFacts({ run, plan, assessments, verification, history, checklist, pool }: EvidenceInput) {
  const { progress: _progress, next: _next, jobId: _job, result, ...about } = run;
  return withoutSecrets({
    format: 'travessia-evidence/1' as const,
    run: about,
    result,
    sources: plan.sources.map((source) => {
      const assessed = assessments.find((assessment) => assessment.database === source.database);
      return { ...source, ...(assessed === undefined ? {} : { assessment: { id: assessed.id, createdAt: assessed.createdAt, grade: assessed.grade, rows: assessed.rows, file: assessed.file, integrity: assessed.integrity, decision: assessed.decision } }) };
    }),
    decisions: {
      options: plan.options,
      byPeople: plan.tables.flatMap((table) => table.columns.filter((column) => column.decidedBy === 'person').map((column) => ({
        database: table.source.database, table: table.source.table, column: column.source, include: column.include, type: column.type, ...(column.cast === undefined ? {} : { cast: column.cast }),
      }))),
    },
    verification,
    plan,
    history,
    ...(checklist === undefined ? {} : { checklist }),
    ...(pool === undefined ? {} : { pool }),
  });
}

export type EvidenceFacts = ReturnType<typeof evidenceFacts>;

/** Passwords have no business here; should one have come in with a URL, it goes no further (README, "What must always hold", 8). */
function withoutSecrets<T>(facts: T): T {
  const copy: T = JSON.parse(JSON.stringify(facts), (key, value: unknown) => {
    if (/^(password|passphrase|secret|sslpassword)$/i.test(key)) return undefined;
    if (typeof value !== 'string') return value;
    return value.replace(/([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*):[^\s/?#@]*@/gi, '$1:***@').replace(/\b((?:ssl)?password)=([^\s&]+)/gi, '$1=***');
  });
  return copy;
}
