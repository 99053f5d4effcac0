import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { thresholdsSchema } from '../../../shared/model/assessment.ts';
import { assessTexts } from '../../../shared/pure/texts/assess.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { sqliteSource } from '../sources/index.ts';
import { decide } from './decide.ts';
import { assessSnapshot, renderAssessmentReport } from './index.ts';

describe('the report', () => {
  it('is one page without scripts, in both languages, in which nothing from the file is markup', async () => {
    using folder = tempFolder();
    const path = join(folder.path, 'bad <img src=x>.db');
    const db = new Database(path);
    db.exec(`CREATE TABLE "<script>alert(1)</script>" (n INTEGER, "a""b" TEXT); INSERT INTO "<script>alert(1)</script>" VALUES ('<b>&' || char(7), 'x')`);
    db.close();
    const found = await assessSnapshot({ source: sqliteSource(path), snapshotPath: join(folder.path, 'copy.db'), thresholds: thresholdsSchema.parse({}), answers: {} }, { signal: new AbortController().signal, onProgress: () => {} });
    const english = renderAssessmentReport(found);
    expect(english).toContain('<html lang="en">');
    expect(english).toContain('&#60;script&#62;alert(1)');
    expect(english).not.toMatch(/<script|<img|<b>|https?:/);
    expect(english).not.toMatch(/\{\{|undefined|finding\.|proposal\./);
    const portuguese = renderAssessmentReport(found, 'pt-BR');
    expect(portuguese).toContain('<html lang="pt-BR">');
    expect(portuguese).toContain('Achados');
    expect(portuguese).not.toMatch(/\{\{|undefined|finding\.|proposal\./);
  });
});

describe('the texts', () => {
  it('say every code that the assessment uses, in both languages, with the same parameters', () => {
    const sources = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')).map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('\n');
    const codes = new Set([...sources.matchAll(/'((?:finding|proposal)\.[a-z0-9-]+)'/g)].map(([, code]) => code ?? ''));
    expect(codes.size).toBeGreaterThan(40);
    const params = (text: string | undefined): string[] => [...(text ?? '').matchAll(/\{\{\w+\}\}/g)].map(([name]) => name).toSorted();
    for (const code of codes) {
      expect([code, assessTexts.en[code] !== undefined]).toEqual([code, true]);
      expect([code, params(assessTexts['pt-BR'][code])]).toEqual([code, params(assessTexts.en[code])]);
    }
    for (const code of Object.keys(assessTexts.en)) expect([code, codes.has(code)]).toEqual([code, true]);
  });
});

describe('the decision', () => {
  const thresholds = thresholdsSchema.parse({});
  const answered = { startupSeconds: 3, memoryBytes: 1e9, instances: 1 };
  it.each([
    [100_001, {}, 'migrate-now'], [50_001, {}, 'soon'], [50_000, {}, 'unknown'], [50_000, answered, 'not-yet'], [10, { ...answered, startupSeconds: 31 }, 'migrate-now'],
    [10, { instances: 2 }, 'migrate-now'], [10, { memoryBytes: 3 * 1024 ** 3 }, 'migrate-now'], [null, answered, 'unknown'],
  ] as const)('with %o rows and %o is %s', (items, answers, verdict) => {
    expect(decide(items, answers, thresholds).verdict).toBe(verdict);
  });
});
