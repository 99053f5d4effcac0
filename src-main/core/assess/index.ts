/**
 * What a SQLite file really holds.
 *
 * profile: what one pass over a column found. candidate: a type the column could take, with the values that do not fit. proposal:
 * what the data suggests beyond the declaration. finding: something worth a person's attention. grade: A as it is, B with changes,
 * C only after a decision. decision: migrate now or not yet.
 */
export { assessSnapshot } from './assess.ts';
export type { AssessInput, AssessOptions, AssessProgress } from './assess.ts';
export { assessInWorker } from './in-worker.ts';
export { decide } from './decide.ts';
export { readFingerprint } from './fingerprint.ts';
export { renderAssessmentReport } from './report.ts';
