import { momentOf, naiveText } from './moments.ts';
import { answer, passage, question } from './phrases.ts';
import { createRandom } from './random.ts';
import { integer, type SampleStore } from './store.ts';

function counter(scale: number): (rows: number, least?: number) => number {
  return (rows, least = 20) => Math.max(least, Math.round(rows * scale));
}

function feedbackStore(file: string, seed: number, rows: number, after: string): SampleStore {
  const random = createRandom(seed);
  return {
    file,
    schema: `
CREATE TABLE feedback (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  query TEXT NOT NULL,
  response TEXT NOT NULL,
  rating INTEGER CHECK (rating BETWEEN 1 AND 5),
  is_positive BOOLEAN,
  comment TEXT,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);`,
    tables: [{
      name: 'feedback', columns: ['query', 'response', 'rating', 'is_positive', 'comment', 'created_at'], rows,
      row: (index) => {
        const rating = random.int(1, 5);
        const language = random.chance(0.6) ? 'pt' : 'en';
        return [question(random, language), answer(random, language).slice(0, 600), integer(rating), rating === 3 ? null : rating > 3 ? 1n : 0n, random.chance(0.2) ? passage(random, 1) : null, naiveText(momentOf(index, rows, random.next())).replace('T', ' ')];
      },
    }],
    after,
  };
}

/** `feedback_store.py`. Spoiled on purpose: a view on a table that is long gone. */
export function feedback(scale: number): SampleStore {
  return feedbackStore('feedback.db', 5_233_206, counter(scale)(6000), `
CREATE INDEX idx_feedback_rating ON feedback (rating);
CREATE VIEW low_ratings AS SELECT id, query, rating FROM feedback WHERE rating <= 2;
CREATE VIEW legacy_scores AS SELECT f.id, s.score FROM feedback AS f JOIN feedback_scores_v1 AS s ON s.feedback_id = f.id;`);
}

/** `tws_multi/learning.py`: the same table in a file of its own, so that two sources bring one name. */
export function multiFeedback(scale: number): SampleStore {
  return feedbackStore('tws_multi_feedback.db', 5_233_207, counter(scale)(3000), 'CREATE INDEX idx_feedback_created ON feedback (created_at);');
}

/** `threshold_tuning.py`. Spoiled on purpose: a note with a NUL character in the middle, and one that ends in spaces. */
export function thresholds(): SampleStore {
  const random = createRandom(5_233_208);
  const rows = 60;
  return {
    file: 'threshold_tuning.db',
    schema: `
CREATE TABLE learning_thresholds (
  name TEXT PRIMARY KEY NOT NULL,
  value REAL NOT NULL,
  min_value REAL NOT NULL DEFAULT 0.0,
  max_value REAL NOT NULL DEFAULT 1.0,
  updated_at INTEGER NOT NULL,
  note TEXT
);`,
    tables: [{
      name: 'learning_thresholds', columns: ['name', 'value', 'min_value', 'max_value', 'updated_at', 'note'], rows,
      row: (index) => [
        `${random.pick(['confidence', 'similarity', 'anomaly', 'retry', 'late'])}.${index + 1}`, random.next(), 0, 1, integer(momentOf(index, rows, random.next()) / 1000),
        index === 17 ? 'imported from agent\0v4 buffer' : index === 30 ? 'ajustado à mão   ' : passage(random, 1),
      ],
    }],
    after: '',
  };
}

/** `active_learning.py`. The times are declared TIMESTAMP and hold milliseconds since 1970, as some programs do. */
export function activeLearning(scale: number): SampleStore {
  const random = createRandom(5_233_209);
  const rows = counter(scale)(2500);
  return {
    file: 'active_learning.db',
    schema: `
CREATE TABLE active_learning_candidates (
  id TEXT PRIMARY KEY NOT NULL,
  query TEXT NOT NULL,
  suggested_answer TEXT,
  uncertainty REAL NOT NULL,
  features JSON,
  is_reviewed BOOLEAN NOT NULL DEFAULT 0,
  reviewer VARCHAR(40),
  created_at TIMESTAMP NOT NULL
);`,
    tables: [{
      name: 'active_learning_candidates', columns: ['id', 'query', 'suggested_answer', 'uncertainty', 'features', 'is_reviewed', 'reviewer', 'created_at'], rows,
      row: (index) => {
        const isReviewed = random.chance(0.6);
        return [random.uuid(), question(random, 'pt'), answer(random, 'pt').slice(0, 500), random.next(), JSON.stringify({ tokens: random.int(3, 80), lang: 'pt', tags: [random.pick(['job', 'status', 'log'])] }), isReviewed ? 1n : 0n, isReviewed ? `op${random.int(1, 90)}` : null, integer(momentOf(index, rows, random.next()))];
      },
    }],
    after: 'CREATE INDEX idx_candidates_open ON active_learning_candidates (uncertainty DESC) WHERE is_reviewed = 0;',
  };
}

/** `lightweight_store.py`: many narrow rows, their times in milliseconds since 1970, and sums per hour. */
export function metrics(scale: number): SampleStore {
  const random = createRandom(5_233_210);
  const count = counter(scale);
  const [points, sums] = [count(80_000), count(5000)];
  const names = ['response_time', 'tokens', 'queue_depth', 'cpu_percent', 'cache_hits'] as const;
  return {
    file: 'metrics.db',
    schema: `
CREATE TABLE metric_data_points (
  id INTEGER PRIMARY KEY,
  metric_name TEXT NOT NULL,
  value REAL NOT NULL,
  timestamp INTEGER NOT NULL,
  tags TEXT
);
CREATE TABLE metric_aggregations (
  metric_name TEXT NOT NULL,
  bucket INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sum REAL NOT NULL,
  minimum REAL,
  maximum REAL,
  PRIMARY KEY (metric_name, bucket)
) WITHOUT ROWID;`,
    tables: [
      {
        name: 'metric_data_points', columns: ['id', 'metric_name', 'value', 'timestamp', 'tags'], rows: points,
        row: (index) => [integer(index + 1), random.pick(names), random.around(120, 400, 0), integer(momentOf(index, points, random.next())), random.chance(0.3) ? JSON.stringify({ host: `node${random.int(1, 8)}` }) : null],
      },
      {
        name: 'metric_aggregations', columns: ['metric_name', 'bucket', 'count', 'sum', 'minimum', 'maximum'], rows: sums,
        row: (index) => {
          const least = random.around(10, 20, 0);
          const number = random.int(1, 400);
          return [names[index % names.length] ?? 'tokens', integer(1_726_000_000 + Math.floor(index / names.length) * 3600), integer(number), number * random.around(120, 100, 1), least, least + random.around(300, 200, 0)];
        },
      },
    ],
    after: `
CREATE INDEX idx_points_name_time ON metric_data_points (metric_name, timestamp);
CREATE VIEW hourly_average AS SELECT metric_name, bucket, sum / count AS average FROM metric_aggregations;`,
  };
}
