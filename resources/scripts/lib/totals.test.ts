import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { playwrightTotals, sum, vitestTotals } from './totals.mjs';

const folder = mkdtempSync(join(tmpdir(), 'travessia-totals-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test('a test file that cannot be loaded counts as a failure', () => {
  const path = report('vitest.json', {
    numPassedTests: 3,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      { status: 'failed', assertionResults: [{ status: 'failed' }] },
      { status: 'failed', assertionResults: [] },
    ],
  });
  expect(vitestTotals(path)).toEqual({ passed: 3, failed: 2, skipped: 3 });
});

test('totals are the sum of the runners that reported', () => {
  const path = report('playwright.json', { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 } });
  expect(playwrightTotals(path)).toEqual({ passed: 5, failed: 1, skipped: 2 });
  expect(sum([null, playwrightTotals(path)])).toEqual({ passed: 5, failed: 1, skipped: 2 });
});

test('nothing is claimed where no runner reported', () => {
  expect(sum([vitestTotals(join(folder, 'absent.json')), playwrightTotals(join(folder, 'absent.json'))])).toBeNull();
});
