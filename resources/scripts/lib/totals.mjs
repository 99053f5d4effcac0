/** Totals of the test runners, read from their JSON reports. */
import { readFileSync } from 'node:fs';

/** @typedef {{passed: number, failed: number, skipped: number}} Totals */

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

/** @returns {Totals | null} null where the runner wrote no report */
export function vitestTotals(path) {
  const report = read(path);
  if (!report) return null;
  // A file that cannot be loaded holds no tests, but it is a failure.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @returns {Totals | null} null where the runner wrote no report */
export function playwrightTotals(path) {
  const stats = read(path)?.stats;
  if (!stats) return null;
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/**
 * @param {(Totals | null)[]} all
 * @returns {Totals | null} null when no runner reported: nothing ran, so there is nothing to claim
 */
export function sum(all) {
  const present = all.filter((totals) => totals !== null);
  if (present.length === 0) return null;
  const of = (name) => present.reduce((total, totals) => total + totals[name], 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}
