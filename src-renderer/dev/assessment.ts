import type { Assessment, ColumnProfile, TableAssessment } from '../../shared/model/assessment.ts';

const zero = { null: '0', integer: '0', real: '0', text: '0', blob: '0' };

type ColumnSeed = Partial<ColumnProfile> & Pick<ColumnProfile, 'name' | 'declared'>;

function column(seed: ColumnSeed): ColumnProfile {
  const type = { INTEGER: 'bigint', REAL: 'double precision', BLOB: 'bytea' }[seed.declared] ?? (seed.declared.toLowerCase() || 'text');
  return {
    affinity: 'text', classes: zero, nulTexts: '0', invalidTexts: '0', infinities: '0', beyond32: '0', beyond53: '0', untrimmed: '0',
    candidates: [{ type, misfits: '0', codes: {}, examples: [] }], proposals: [], ...seed,
  };
}

function table(name: string, rows: number, columns: ColumnProfile[], more: Partial<TableAssessment> = {}): TableAssessment {
  return {
    name, kind: 'table', rows: String(rows), payloadBytes: String(rows * 212), maxRowBytes: 4096, columns, key: ['id'], nullKeys: '0',
    orphans: [], uniqueViolations: [], findings: [], grade: 'A', ...more,
  };
}

const id = (rows: number): ColumnProfile => column({ name: 'id', declared: 'INTEGER', affinity: 'integer', classes: { ...zero, integer: String(rows) }, minInteger: '1', maxInteger: String(rows) });

const jobs = table('tws_job_status', 184_203, [
  id(184_203),
  column({ name: 'job_name', declared: 'TEXT', classes: { ...zero, text: '184203' }, maxChars: 40, maxBytes: 40, untrimmed: '12' }),
  column({
    name: 'timestamp', declared: 'TEXT', classes: { ...zero, text: '184203' }, maxChars: 32, maxBytes: 32,
    proposals: [{ type: 'timestamptz', matches: '184203', misfits: '0', ambiguous: false, code: 'proposal.iso-date', params: { example: '2024-12-01T08:00:00Z' } }],
  }),
  column({
    name: 'started_ms', declared: 'INTEGER', affinity: 'integer', classes: { ...zero, integer: '184100', null: '103' }, minInteger: '1700000000000', maxInteger: '1733000000000', beyond32: '184100',
    proposals: [{ type: 'timestamptz', cast: 'epoch ms', matches: '184100', misfits: '0', ambiguous: true, code: 'proposal.epoch-ms' }],
  }),
  column({
    name: 'return_code', declared: 'INTEGER', affinity: 'integer', classes: { ...zero, integer: '183000', text: '1203' }, minInteger: '-9007199254740993', maxInteger: '9223372036854775807', beyond32: '4', beyond53: '2',
    candidates: [
      { type: 'bigint', misfits: '1203', codes: { NOT_AN_INTEGER: '1203' }, examples: [{ key: 'id=17', value: "'abend'", code: 'NOT_AN_INTEGER' }, { key: 'id=90', value: "''", code: 'NOT_AN_INTEGER' }] },
      { type: 'text', misfits: '0', codes: {}, examples: [] },
    ],
  }),
  column({ name: 'active', declared: 'INTEGER', affinity: 'integer', classes: { ...zero, integer: '184203' }, minInteger: '0', maxInteger: '1', proposals: [{ type: 'boolean', matches: '184203', misfits: '0', ambiguous: false, code: 'proposal.zero-one' }] }),
  column({ name: 'cpu_load', declared: 'REAL', affinity: 'real', classes: { ...zero, real: '184203' }, minReal: '0', maxReal: '0.9999999999999999' }),
  column({ name: 'payload', declared: 'BLOB', affinity: 'blob', classes: { ...zero, blob: '90000', text: '40000', null: '54203' }, maxBytes: 65_536 }),
], {
  grade: 'B',
  orphans: [{ foreignKey: 0, columns: ['workstation_id'], parent: 'tws_workstation', count: '7', examples: ['id=3', 'id=77'] }],
  findings: [{ code: 'assess.mixed-classes', severity: 'warning', table: 'tws_job_status', column: 'return_code', count: '1203', examples: [{ key: 'id=17', value: "'abend'" }] }],
});

const names = ['tws_event', 'tws_pattern', 'tws_problem_solution', 'tws_snapshot', 'tws_workstation', 'conversation', 'context_content', 'audit_entry', 'audit_queue', 'user_profile', 'session_history', 'feedback', 'learning_threshold', 'active_learning', 'metric_point', 'metric_aggregation'];

export const assessment: Assessment = {
  id: 'assessment-1', createdAt: '2025-06-02T09:12:00Z', source: '/srv/resync/data/resync.db', database: 'resync.db',
  fingerprint: { bytes: 812_331_008, changeCounter: 1822, walBytes: 4_120_000, modifiedMs: 1_748_855_000_000 },
  file: { bytes: 812_331_008, encoding: 'UTF-8', pageSize: 4096, pageCount: 198_323, freePages: 412, journalMode: 'wal', walBytes: 4_120_000, userVersion: 7, applicationId: 0, sqliteVersion: '3.54.1' },
  integrity: { quickCheck: ['ok'], integrityCheck: ['ok'], foreignKeyCheck: '7' },
  tables: [
    jobs,
    ...names.map((name, index) => table(name, 1200 * (index + 1) ** 2, [id(1200 * (index + 1) ** 2), column({ name: 'body', declared: 'TEXT', classes: { ...zero, text: '1000', null: '200' } }), column({ name: 'created_at', declared: 'DATETIME', classes: { ...zero, text: '1200' } })])),
    table('conversation_fts', 19_200, [], { kind: 'virtual', grade: 'C', key: [], findings: [{ code: 'assess.virtual-table', severity: 'info', table: 'conversation_fts', params: { module: 'fts5' } }] }),
  ],
  views: [{ name: 'v_daily' }, { name: 'v_broken', broken: 'no such column: x' }],
  triggers: [{ name: 'audit_insert', table: 'audit_entry' }],
  findings: [{ code: 'assess.foreign-keys-broken', severity: 'critical', count: '7' }],
  grade: 'B', rows: '2134803', estimate: { seconds: 38, targetBytes: 1_240_000_000 },
  thresholds: { items: 100_000, itemsWarning: 50_000, startupSeconds: 30, memoryBytes: 2 * 1024 ** 3, instances: 1 },
  answers: { startupSeconds: 12 },
  decision: {
    verdict: 'migrate-now',
    reasons: [
      { measure: 'items', value: 2_134_803, threshold: 100_000, over: true },
      { measure: 'startupSeconds', value: 12, threshold: 30, over: false },
      { measure: 'memoryBytes', value: null, threshold: 2 * 1024 ** 3, over: null },
      { measure: 'instances', value: null, threshold: 1, over: null },
    ],
  },
  seconds: 6.4,
};
