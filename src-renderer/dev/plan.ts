import type { Plan, PlanTable } from '../../shared/model/plan.ts';
import { assessment } from './assessment.ts';

const tables: PlanTable[] = assessment.tables.filter((table) => table.kind === 'table').map((table) => ({
  source: { database: assessment.database, table: table.name },
  target: { schema: 'resync', table: table.name },
  include: table.name !== 'audit_queue',
  ...(table.name === 'audit_queue' ? { excluded: { code: 'plan.excluded.person' } } : {}),
  rows: table.rows, rowKey: ['id'], reading: { by: 'rowid', columns: ['rowid'], plainIntegers: true }, maxRowBytes: 4096,
  columns: table.columns.map((column) => {
    const best = column.candidates[0] ?? { type: 'text', misfits: '0' };
    const misfits = column.name === 'return_code' ? '1203' : '0';
    return {
      source: column.name, target: column.name, include: true, declared: column.declared, type: best.type, nullable: column.name !== 'id', identity: column.name === 'id',
      ...(best.type === 'text' ? { collation: 'C' } : {}),
      why: [{ code: 'plan.why.declared', params: { declared: column.declared, type: best.type } }, ...(misfits === '0' ? [] : [{ code: 'plan.why.rejects', params: { misfits, type: best.type, example: "'abend'" } }])],
      misfits, decidedBy: 'rule' as const,
    };
  }),
  primaryKey: { name: `${table.name}_pkey`, columns: ['id'] },
  uniques: [], checks: [],
  foreignKeys: table.name === 'tws_job_status' ? [{ name: 'tws_job_status_workstation_fkey', columns: ['job_name'], references: { schema: 'resync', table: 'tws_workstation', columns: ['id'] }, onUpdate: 'NO ACTION', onDelete: 'CASCADE', deferrable: 'no' as const, validate: false }] : [],
  indexes: [{ name: `${table.name}_created_idx`, source: `CREATE INDEX ${table.name}_created_idx`, unique: false, terms: ['"created_at" DESC NULLS LAST'] }],
}));

export const plan: Plan = {
  format: 'travessia-plan/1', id: 'plan-1', version: 3, createdAt: '2025-06-02T09:20:00Z', assessmentId: assessment.id,
  sources: [{ source: assessment.source, database: assessment.database, fingerprint: assessment.fingerprint }],
  target: 'Resync production',
  options: { schema: 'resync', identifiers: 'preserve', ifExists: 'replace', adopt: false, infer: false, rejectShare: 0.01, jobs: 'auto', maxRejects: 0, overrides: [] },
  tables, views: [],
  objects: [
    ...tables.flatMap((table) => [
      { kind: 'table' as const, name: table.source.table, database: assessment.database, outcome: 'created' as const, source: `CREATE TABLE ${table.source.table} (id INTEGER PRIMARY KEY, body TEXT)` },
      { kind: 'index' as const, name: `${table.source.table}_created_idx`, table: table.source.table, database: assessment.database, outcome: 'created' as const },
    ]),
    { kind: 'view', name: 'v_daily', database: assessment.database, outcome: 'translated', reason: { code: 'plan.object.view-translated' }, source: 'CREATE VIEW v_daily AS SELECT date(created_at) AS day, count(*) FROM tws_event GROUP BY 1' },
    { kind: 'view', name: 'v_broken', database: assessment.database, outcome: 'listed', reason: { code: 'plan.object.view-broken', params: { detail: 'no such column: x' } }, source: 'CREATE VIEW v_broken AS SELECT x FROM tws_event' },
    { kind: 'trigger', name: 'audit_insert', table: 'audit_entry', database: assessment.database, outcome: 'listed', reason: { code: 'plan.object.trigger' }, source: 'CREATE TRIGGER audit_insert AFTER INSERT ON audit_entry BEGIN SELECT 1; END' },
    { kind: 'virtual table', name: 'conversation_fts', database: assessment.database, outcome: 'listed', reason: { code: 'plan.object.virtual', params: { detail: 'fts5' } } },
  ],
  findings: [{ code: 'plan.finding.rejects', severity: 'warning', table: 'tws_job_status', column: 'return_code', count: '1203', params: { type: 'bigint' } }],
};

export const planSql = tables
  .map((table) => `CREATE TABLE "resync"."${table.target.table}" (\n${table.columns.map((column) => `  "${column.target}" ${column.type}${column.nullable ? '' : ' NOT NULL'}`).join(',\n')}\n);\n\nALTER TABLE "resync"."${table.target.table}" ADD CONSTRAINT "${table.target.table}_pkey" PRIMARY KEY ("id");`)
  .join('\n\n');
