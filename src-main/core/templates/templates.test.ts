import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { buildSamples } from '../sample/build.ts';
import { findTemplate, listTemplates } from './index.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

describe('templates', () => {
  it('are complete: texts in both languages, each with steps', () => {
    for (const template of listTemplates()) {
      for (const text of [template.title, template.about, ...template.steps]) expect([template.name, text.en !== '', text['pt-BR'] !== '']).toEqual([template.name, true, true]);
      expect(template.steps.length).toBeGreaterThan(3);
    }
    expect(() => findTemplate('resink')).toThrow(/resink/);
  });
});

describe.skipIf(!hasPostgres())('resync', () => {
  it('takes ten stores into 17 entities in six schemas, in one verified run, and back', async () => {
    using folder = tempFolder('resync');
    await using database = await freshDatabase();
    const { files } = await buildSamples(folder.path, 'small', { signal: new AbortController().signal, onProgress: () => undefined });
    const stores = files.filter((file) => basename(file) !== 'duiliocode.db');
    const core = await createCore({ home: join(folder.path, 'home') });
    try {
      const { handlers, jobs } = core;
      const done = async ({ jobId }: { jobId: string }) => {
        const job = await jobs.wait(jobId);
        if (job.error !== null || job.resultId === null) throw new Error(job.error?.message ?? job.state);
        return job.resultId;
      };
      const assessmentIds = [];
      for (const source of stores) assessmentIds.push(await done(await handlers['assess/start']({ source })));
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { template: 'resync' } });
      const run = await handlers['runs/get']({ id: await done(await handlers['runs/migrate']({ planId: plan.id })) });
      expect([stores.length, run.result?.status]).toEqual([10, 'verified']);
      const places = (run.result?.tables ?? []).map(({ target }) => `${target.schema}.${target.table}`).toSorted();
      expect(places).toEqual([
        'analytics.session_history', 'analytics.user_profiles', 'audit.audit_entries', 'audit.audit_queue', 'context.context_content', 'context.conversations',
        'learning.active_learning_candidates', 'learning.feedback', 'learning.learning_thresholds', 'metrics.metric_aggregations',
        'metrics.metric_data_points', 'tws.tws_events', 'tws.tws_job_status', 'tws.tws_patterns', 'tws.tws_problem_solutions', 'tws.tws_snapshots', 'tws.tws_workstation_status',
      ]);
      expect(places.length).toBe(17);
      const typeOf = (table: string, column: string) => run.result?.tables.find(({ target }) => target.table === table)?.columns.find(({ target }) => target === column)?.type;
      expect([typeOf('tws_snapshots', 'timestamp'), typeOf('tws_job_status', 'is_critical'), typeOf('audit_entries', 'timestamp')]).toEqual(['timestamptz', 'boolean', 'text']);
      // The template's words are not written into the plan's own rules: another version is made with them again.
      expect(plan.options.overrides).toEqual([]);
      const change = await handlers['runs/rollback-plan']({ id: run.id });
      await done(await handlers['runs/rollback']({ id: run.id, hash: change.hash }));
      await using session = await database.connect();
      expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema|public)'`)).toEqual([]);
    } finally {
      await core.close();
    }
  });
});
