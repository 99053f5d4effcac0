import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { thresholdsSchema, type Assessment } from '../../../shared/model/assessment.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { assessSnapshot } from '../assess/index.ts';
import { sqliteSource } from '../sources/index.ts';
import { buildSamples, buildSamplesInWorker } from './index.ts';

const quiet = () => ({ signal: new AbortController().signal, onProgress: () => {} });
const hashes = (files: readonly string[]): string[] => files.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));

describe('the samples', () => {
  it('are the same at every build, and replace only their like', async () => {
    using folder = tempFolder();
    const shares: number[] = [];
    const first = await buildSamplesInWorker(join(folder.path, 'a'), 'small', { signal: new AbortController().signal, onProgress: (share) => shares.push(share) });
    const second = await buildSamples(join(folder.path, 'b'), 'small', quiet());
    expect(first.files.map((file) => basename(file))).toHaveLength(11);
    expect(first.rows).toBeGreaterThan(3000);
    expect(shares.at(-1)).toBe(1);
    expect(hashes(second.files)).toEqual(hashes(first.files));
    const again = await buildSamples(join(folder.path, 'b'), 'small', quiet());
    expect(hashes(again.files)).toEqual(hashes(first.files));
  });

  it('never overwrite a file that is no sample', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'duiliocode.db');
    new Database(path).exec('CREATE TABLE mine (a)').close();
    await expect(buildSamples(folder.path, 'small', quiet())).rejects.toMatchObject({ code: 'FILE_EXISTS' });
    writeFileSync(path, 'a letter');
    await expect(buildSamples(folder.path, 'small', quiet())).rejects.toMatchObject({ code: 'NOT_A_DATABASE' });
    expect(readFileSync(path, 'utf8')).toBe('a letter');
  });

  it('leave no half-built file when cancelled', async () => {
    using folder = tempFolder();
    const abort = new AbortController();
    const work = buildSamples(folder.path, 'realistic', { signal: abort.signal, onProgress: () => abort.abort() });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(join(folder.path, 'duiliocode.db'))).toBe(false);
    expect(readdirSync(join(folder.path, 'resync'))).toEqual([]);
  });

  it('show what an assessment finds, and nothing in them is rejected', async () => {
    using folder = tempFolder();
    const { files } = await buildSamples(folder.path, 'small', quiet());
    const found = new Map<string, Assessment>();
    for (const path of files) {
      found.set(basename(path), await assessSnapshot({ source: sqliteSource(path), snapshotPath: `${path}.copy`, thresholds: thresholdsSchema.parse({}), answers: {} }, quiet()));
    }
    const codes = (file: string) => {
      const assessment = found.get(file);
      return [...(assessment?.findings ?? []), ...(assessment?.tables.flatMap((table) => table.findings) ?? [])].map((finding) => `${finding.code} ${finding.column ?? finding.object ?? finding.table ?? ''} ${finding.count ?? ''}`.trim());
    };
    for (const file of found.keys()) {
      expect(found.get(file)?.integrity.integrityCheck).toEqual(['ok']);
      expect(codes(file).filter((code) => code.startsWith('finding.rejects') || code.startsWith('finding.unique'))).toEqual([]);
    }
    expect(codes('threshold_tuning.db')).toEqual(expect.arrayContaining(['finding.nul-in-text note 1', 'finding.widened note 1', 'finding.untrimmed note 1']));
    expect(codes('tws_status.db')).toEqual(expect.arrayContaining(['finding.orphans tws_events 12', 'finding.longer job_name 1']));
    expect(codes('user_behavior.db')).toEqual(expect.arrayContaining(['finding.widened duration_seconds 7']));
    expect(codes('active_learning.db')).toContain('finding.epoch created_at 25');
    expect(codes('feedback.db')).toContain('finding.view-broken legacy_scores');
    expect(codes('audit_queue.db')).toContain('finding.trigger-crosses audit_queue_touch');
    const mixed = found.get('audit_log.db')?.tables[0]?.columns.find((column) => column.name === 'timestamp')?.proposals[0];
    expect(mixed).toMatchObject({ code: 'proposal.iso-mixed', matches: '300', misfits: '0', ambiguous: true });
    const tables = [...found.values()].flatMap((assessment) => assessment.tables.map((table) => table.name));
    expect(tables).toHaveLength(21);
  });
});
