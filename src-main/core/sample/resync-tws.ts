import { momentOf, naiveText } from './moments.ts';
import { passage } from './phrases.ts';
import { createRandom } from './random.ts';
import { integer, type SampleStore } from './store.ts';

const statuses = ['SUCC', 'SUCC', 'SUCC', 'SUCC', 'EXEC', 'READY', 'WAIT', 'ABEND', 'HOLD'] as const;
const events = ['job_started', 'job_completed', 'job_abend', 'job_late', 'workstation_offline', 'workstation_online', 'resource_wait'] as const;
const streams = ['PAYROLL', 'BILLING', 'FOLHA', 'ESTOQUE', 'BACKUP', 'RECONCIL', 'FATURAMENTO', 'ETL_DW'] as const;

/**
 * `tws_status_store.py`: what a workload scheduler was doing. Spoiled on purpose: twelve events of jobs that were purged
 * (SQLite does not enforce the foreign key), and a few job names longer than the declared 40 characters.
 */
export function twsStatus(scale: number): SampleStore {
  const random = createRandom(5_233_201);
  const count = (rows: number, least = 20): number => Math.max(least, Math.round(rows * scale));
  const [snapshots, jobs, workstations, entries, patterns, solutions] = [count(1500), count(56_000), count(6000), count(36_000), count(300), count(400)];
  return {
    file: 'tws_status.db',
    schema: `
CREATE TABLE tws_snapshots (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp INTEGER NOT NULL,
  engine_status TEXT NOT NULL,
  total_jobs INTEGER NOT NULL DEFAULT 0,
  failed_jobs INTEGER NOT NULL DEFAULT 0,
  health REAL CHECK (health BETWEEN 0 AND 1),
  details TEXT
);
CREATE TABLE tws_job_status (
  id INTEGER PRIMARY KEY,
  snapshot_id INTEGER REFERENCES tws_snapshots (id) ON DELETE CASCADE,
  job_name VARCHAR(40) NOT NULL,
  job_stream VARCHAR(40) NOT NULL,
  workstation VARCHAR(16) NOT NULL,
  status TEXT NOT NULL,
  return_code INTEGER,
  started_at INTEGER,
  duration_seconds REAL,
  is_critical INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE tws_workstation_status (
  id INTEGER PRIMARY KEY,
  snapshot_id INTEGER REFERENCES tws_snapshots (id) ON DELETE CASCADE,
  name VARCHAR(16) NOT NULL,
  is_online INTEGER NOT NULL,
  cpu_percent REAL,
  agent_version TEXT DEFAULT '9.5.0'
);
CREATE TABLE tws_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER REFERENCES tws_job_status (id),
  event_type TEXT NOT NULL,
  severity TEXT NOT NULL DEFAULT 'info',
  message TEXT,
  details JSON,
  occurred_at DATETIME NOT NULL
);
CREATE TABLE tws_patterns (
  id INTEGER PRIMARY KEY,
  pattern_type TEXT NOT NULL,
  description TEXT NOT NULL,
  confidence DECIMAL(4,3) NOT NULL,
  occurrences INTEGER NOT NULL,
  affected_jobs TEXT
);
CREATE TABLE tws_problem_solutions (
  id INTEGER PRIMARY KEY,
  problem_hash TEXT NOT NULL UNIQUE,
  problem TEXT NOT NULL,
  solution TEXT NOT NULL,
  success_count INTEGER NOT NULL DEFAULT 0,
  created_on DATE
);`,
    tables: [
      {
        name: 'tws_snapshots', columns: ['timestamp', 'engine_status', 'total_jobs', 'failed_jobs', 'health', 'details'], rows: snapshots,
        row: (index) => {
          const failed = random.int(0, 9);
          return [integer(momentOf(index, snapshots, random.next()) / 1000), failed > 8 ? 'DEGRADED' : 'RUNNING', integer(random.int(180, 420)), integer(failed), Math.round((1 - failed / 20) * 1000) / 1000, JSON.stringify({ queue: random.int(0, 40), plan: `JNEXTPLAN_${index % 90}` })];
        },
      },
      {
        name: 'tws_job_status', columns: ['id', 'snapshot_id', 'job_name', 'job_stream', 'workstation', 'status', 'return_code', 'started_at', 'duration_seconds', 'is_critical'], rows: jobs,
        row: (index) => {
          const stream = random.pick(streams);
          const status = random.pick(statuses);
          const long = index % 2500 === 7;
          const name = long ? `${stream}_CONSOLIDATION_OF_ALL_REGIONAL_LEDGERS_${index}` : `${stream}_${random.int(100, 999)}_STEP${random.int(1, 20)}`;
          return [
            integer(index + 1), integer(random.int(1, snapshots)), name, stream, `WS${random.int(1, 24)}`, status, status === 'ABEND' ? integer(random.int(1, 255)) : status === 'SUCC' ? 0n : null,
            integer(momentOf(index, jobs, random.next()) / 1000), status === 'READY' || status === 'WAIT' ? null : random.around(140, 320, 0.4), random.chance(0.12) ? 1n : 0n,
          ];
        },
      },
      {
        name: 'tws_workstation_status', columns: ['id', 'snapshot_id', 'name', 'is_online', 'cpu_percent', 'agent_version'], rows: workstations,
        row: (index) => [integer(index + 1), integer(random.int(1, snapshots)), `WS${(index % 24) + 1}`, random.chance(0.97) ? 1n : 0n, random.around(38, 60, 0), random.pick(['9.5.0', '9.4.0.5', '10.1'])],
      },
      {
        name: 'tws_events', columns: ['job_id', 'event_type', 'severity', 'message', 'details', 'occurred_at'], rows: entries,
        row: (index) => {
          const type = random.pick(events);
          const orphan = index % Math.ceil(entries / 12) === 3;
          return [
            orphan ? integer(jobs + 1000 + index) : type.startsWith('job') ? integer(random.int(1, jobs)) : null, type, type === 'job_abend' ? 'error' : type === 'job_late' ? 'warning' : 'info',
            passage(random, random.int(1, 2)), random.chance(0.6) ? JSON.stringify({ rc: random.int(0, 12), host: `node${random.int(1, 8)}.example`, retry: random.chance(0.2) }) : null, naiveText(momentOf(index, entries, random.next())).replace('T', ' '),
          ];
        },
      },
      {
        name: 'tws_patterns', columns: ['id', 'pattern_type', 'description', 'confidence', 'occurrences', 'affected_jobs'], rows: patterns,
        row: (index) => [integer(index + 1), random.pick(['recurring_failure', 'late_start', 'seasonal', 'dependency_chain']), passage(random, 2), random.int(400, 999) / 1000, integer(random.int(2, 300)), JSON.stringify([random.pick(streams), random.pick(streams)])],
      },
      {
        name: 'tws_problem_solutions', columns: ['id', 'problem_hash', 'problem', 'solution', 'success_count', 'created_on'], rows: solutions,
        row: (index) => [integer(index + 1), random.hex(40), passage(random, 1), passage(random, random.int(2, 5)), integer(random.int(0, 60)), naiveText(momentOf(index, solutions, 0)).slice(0, 10)],
      },
    ],
    after: `
CREATE INDEX idx_job_status_snapshot ON tws_job_status (snapshot_id);
CREATE INDEX idx_job_status_name ON tws_job_status (job_name, started_at DESC);
CREATE INDEX idx_job_status_failed ON tws_job_status (workstation) WHERE status = 'ABEND';
CREATE INDEX idx_workstation_snapshot ON tws_workstation_status (snapshot_id);
CREATE INDEX idx_events_job ON tws_events (job_id);
CREATE INDEX idx_events_time ON tws_events (occurred_at);
CREATE VIEW failed_jobs AS
  SELECT job_name, workstation, count(*) AS failures FROM tws_job_status WHERE status = 'ABEND' GROUP BY job_name, workstation;`,
  };
}
