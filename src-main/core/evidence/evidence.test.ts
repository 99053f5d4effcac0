import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Run, Verification } from '../../../shared/model/run.ts';
import { textsOf } from '../../../shared/pure/texts/index.ts';
import { planOf, planTable } from '../verify/test-fixture.ts';
import { buildEvidence, type EvidenceInput } from './index.ts';

const table = planTable('people', [{ source: 'id', type: 'bigint' }, { source: '<script>alert(1)</script>', type: 'text', decidedBy: 'person' }], { rowKey: ['id'] });
const run: Run = {
  id: 'run-1', projectId: null, planId: 'plan', planVersion: 3, state: 'swapped', rehearsal: false, target: 'postgresql://user:topsecret@example.org/db?sslpassword=hidden', sources: ['people.db'], stagingSchema: 's', keptSchema: null,
  createdAt: '2024-05-01T10:00:00.000Z', updatedAt: '2024-05-01T10:05:00.000Z', verifiedAt: '2024-05-01T10:04:00.000Z', jobId: 'job', maxRejects: 0, error: null, progress: [], next: [],
  result: {
    runId: 'run-1', status: 'verified', rejects: { rows: 0, table: 'travessia.rejects' }, seconds: { assess: 1, load: 2, index: 3, verify: 4, total: 10 }, sourceMoved: false, swapped: true, findings: [],
    tables: [{ source: { database: 'test.db', table: 'people' }, target: { schema: 'public', table: 'people' }, columns: [], excluded: [], rows: { source: 1234, loaded: 1234, rejected: 0, repaired: 0, added: 0 }, seconds: 1, verified: true }],
    objects: [{ kind: 'trigger', name: 'audit', outcome: 'listed', reason: 'left out by decision' }],
  },
};
const verification: Verification = {
  id: 'v', runId: 'run-1', createdAt: '2024-05-01T10:04:00.000Z', method: 'm', objects: [{ kind: 'index', name: 'people_name', ok: false, detail: 'not there' }], differences: 0, cut: false, equal: true, seconds: 4,
  tables: [{ database: 'test.db', table: 'people', target: { schema: 'public', table: 'people' }, rowsSource: 1234, rowsTarget: 1234, rowsRejected: 0, cells: 2468, sumSource: '-77', sumTarget: '-77', missing: 0, extra: 0, changed: 0, equal: true, seconds: 1 }],
};
const input: EvidenceInput = {
  run, verification, assessments: [], history: [{ at: '2024-05-01T10:00:00.000Z', from: 'planned', to: 'loading', by: 'dba' }],
  plan: planOf([table], { objects: [{ kind: 'trigger', name: 'audit', database: 'test.db', outcome: 'listed', reason: { code: 'plan.excluded.person' } }] }),
};

describe('evidence', () => {
  it('holds the facts in JSON and on a page that names the hash of it', () => {
    const { html, json, sha256 } = buildEvidence(input, 'en');
    expect(createHash('sha256').update(json).digest('hex')).toBe(sha256);
    expect(html).toContain(sha256);
    expect(html).toContain('Verified: every cell is equal');
    expect(html).toContain('2,468');
    expect(JSON.parse(json)).toMatchObject({ format: 'travessia-evidence/1', verification: { tables: [{ sumSource: '-77' }] }, plan: { id: 'plan' }, run: { id: 'run-1' } });
  });
  it('has the same JSON in every language, and a page in each', () => {
    const [en, pt] = [buildEvidence(input, 'en'), buildEvidence(input, 'pt-BR')];
    expect(pt.json).toBe(en.json);
    expect(pt.html).toContain('lang="pt-BR"');
    expect(pt.html).toContain('Verificado: todas as células são iguais');
    expect(pt.html).toContain('2.468');
    for (const { html } of [en, pt]) expect(html.match(/\b(evidence|plan)\.[a-z]+[a-z.-]*\b/g) ?? []).toEqual([]);
    const keys = (language: 'en' | 'pt-BR'): string[] => Object.keys(textsOf(language)).filter((key) => key.startsWith('evidence.')).sort();
    expect(keys('pt-BR')).toEqual(keys('en'));
  });
  it('holds no password, no script, and nothing from elsewhere', () => {
    const { html, json } = buildEvidence(input, 'en');
    for (const document of [html, json]) {
      expect(document).not.toContain('topsecret');
      expect(document).not.toContain('hidden');
    }
    expect(html).not.toMatch(/<script|<link|<img|https?:\/\//i);
    expect(html).toContain('&#60;script&#62;');
  });
  it('never says more than was compared', () => {
    expect(buildEvidence({ ...input, verification: null }, 'en').html).toContain('Not verified');
    expect(buildEvidence({ ...input, verification: { ...verification, equal: false, differences: 2 } }, 'en').html).toContain('Differences found');
    const rejected = { ...run, result: run.result === null ? null : { ...run.result, rejects: { rows: 3, table: 'travessia.rejects' } } };
    expect(buildEvidence({ ...input, run: rejected }, 'en').html).toContain('Verified, with rejected rows');
  });
});
