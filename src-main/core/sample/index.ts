/**
 * Sample stores for the first start: what two of the seeds describe, at realistic sizes, made in code.
 *
 * store: one SQLite file. spoiled: wrong on purpose, to show what an assessment finds.
 */
export { buildSamples } from './build.ts';
export type { BuiltSamples, SampleOptions, SampleSize } from './build.ts';
export { buildSamplesInWorker } from './in-worker.ts';
