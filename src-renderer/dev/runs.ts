import type { Difference, Reject, Run, RunResult, Verification } from '../../shared/model/run.ts';
import { assessment } from './assessment.ts';
import { plan } from './plan.ts';

const crossing = plan.tables.filter((table) => table.include);

export function resultOf(runId: string, status: RunResult['status'], rejected: number): RunResult {
  return {
    runId, status,
    tables: crossing.map((table) => {
      const own = table.source.table === 'tws_job_status' ? rejected : 0;
      const rows = Number(table.rows);
      return {
        source: table.source, target: table.target, columns: table.columns.map(({ source, target, type }) => ({ source, target, type })), excluded: [],
        rows: { source: rows, loaded: rows - own, rejected: own, repaired: 0, added: 0 }, seconds: rows / 90_000, verified: status !== 'differences' || table.source.table !== 'feedback',
      };
    }),
    objects: plan.objects.map(({ kind, name, outcome, reason }) => ({ kind, name, outcome, ...(reason ? { reason: 'has no counterpart in PostgreSQL; its text is kept' } : {}) })),
    rejects: { rows: rejected, table: 'travessia.rejects' },
    seconds: { assess: 6.4, load: 21.3, index: 9.8, verify: 12.1, total: 51.2 }, sourceMoved: false, swapped: status === 'verified' || status === 'rejects', findings: [],
  };
}

const base: Run = {
  id: 'a1b2c3d4e5f60718', projectId: 'project-1', planId: plan.id, planVersion: 3, state: 'swapped', rehearsal: false, target: plan.target, sources: [assessment.source],
  stagingSchema: 'travessia_stage_a1b2', keptSchema: 'travessia_kept_a1b2', createdAt: '2025-06-02T10:00:00Z', updatedAt: '2025-06-02T10:01:00Z', verifiedAt: '2025-06-02T10:01:00Z',
  jobId: 'job-1', maxRejects: 'all', result: resultOf('a1b2c3d4e5f60718', 'rejects', 1203), error: null, progress: [], next: ['verify', 'rollback', 'complete', 'evidence'],
};

export const runs: Run[] = [
  base,
  { ...base, id: 'running0000000001', projectId: 'project-2', state: 'loading', target: 'embedded', jobId: 'job-2', result: null, verifiedAt: null, next: [],
    progress: crossing.map((table, index) => ({ table: table.source.table, database: table.source.database, phase: index < 4 ? 'done' : index < 6 ? 'loading' : 'waiting', rows: index < 4 ? Number(table.rows) : index < 6 ? Math.floor(Number(table.rows) * 0.4) : 0, rowsTotal: Number(table.rows), bytes: index < 6 ? Number(table.rows) * 190 : 0, rejected: index === 0 ? 1203 : 0 })) },
  { ...base, id: 'waiting0000000001', projectId: 'project-3', state: 'waiting', maxRejects: 0, next: ['resume', 'rollback', 'evidence'], result: { ...resultOf('waiting0000000001', 'stopped', 1203), swapped: false },
    error: { code: 'TOO_MANY_REJECTS', message: '1,203 rows are rejected, 0 are allowed.', hint: 'Read the rejects; then resume with a higher limit, or roll back.' } },
  { ...base, id: 'differs0000000001', projectId: 'project-3', state: 'waiting', next: ['resume', 'rollback', 'verify', 'evidence'], result: { ...resultOf('differs0000000001', 'differences', 0), swapped: false } },
  { ...base, id: 'rehearse000000001', rehearsal: true, state: 'complete', target: 'scratch', result: resultOf('rehearse000000001', 'verified', 0), next: ['evidence'] },
];

export function verificationOf(runId: string, differs: boolean): Verification {
  return {
    id: `verification-${runId}`, runId, createdAt: '2025-06-02T10:01:00Z', method: 'every column, chained 64-bit hash, source read by SQL in a second connection',
    tables: crossing.map((table, index) => {
      const bad = differs && table.source.table === 'feedback';
      const sum = String(9_182_736_455_463_728n * BigInt(index + 7));
      return {
        database: table.source.database, table: table.source.table, target: table.target, rowsSource: Number(table.rows), rowsTarget: Number(table.rows) - (bad ? 1 : 0), rowsRejected: 0,
        cells: Number(table.rows) * table.columns.length, sumSource: sum, sumTarget: bad ? '91827364554637281' : sum, missing: bad ? 1 : 0, extra: 0, changed: bad ? 2 : 0, equal: !bad, seconds: 0.7,
      };
    }),
    objects: crossing.map((table) => ({ kind: 'primary key', name: `${table.source.table}_pkey`, table: table.source.table, ok: true })),
    differences: differs ? 3 : 0, cut: false, equal: !differs, seconds: 12.1,
  };
}

export const differences: Difference[] = [
  { database: 'resync.db', table: 'feedback', target: 'resync.feedback', kind: 'changed', key: 'id=401', cells: [{ column: 'body', source: { class: 'text', text: 'works well ' }, target: { class: 'text', text: 'works well' } }, { column: 'created_at', source: { class: 'text', text: '2024-11-02 10:00:00.000001' }, target: { class: 'text', text: '2024-11-02 10:00:00' } }] },
  { database: 'resync.db', table: 'feedback', target: 'resync.feedback', kind: 'changed', key: 'id=977', cells: [{ column: 'body', source: { class: 'null', text: null }, target: { class: 'text', text: '' } }] },
  { database: 'resync.db', table: 'feedback', target: 'resync.feedback', kind: 'missing', key: 'id=1200', cells: [{ column: 'id', source: { class: 'integer', text: '1200' }, target: null }, { column: 'body', source: { class: 'text', text: 'lost' }, target: null }] },
];

export const rejects: Reject[] = Array.from({ length: 1203 }, (_, index) => ({
  id: String(index + 1), run: base.id, source: 'resync.db', table: 'tws_job_status', key: `id=${17 + index * 3}`, column: 'return_code', code: 'NOT_AN_INTEGER',
  reason: "Column return_code: 'abend' is not an integer, as bigint needs.",
  row: { id: ['integer', String(17 + index * 3)], job_name: ['text', 'NIGHTLY '], return_code: ['text', 'abend'], started_ms: ['integer', '9223372036854775807'], cpu_load: ['real', '0.1'], payload: ['blob', 'deadbeef'], note: ['text-hex', 'ff00fe'], closed_at: null },
}));
