import type { Candidate, ColumnProfile } from '../../../shared/model/assessment.ts';
import { realText } from '../../../shared/pure/codec/index.ts';
import { affinityOf, settleRungs } from '../../../shared/pure/type-ladder/index.ts';
import type { ColumnScan } from './column-scan.ts';
import { proposalsOf } from './proposals.ts';

/** What the assessment says of a column, from what the pass over its values gathered. */
export function profileOf(scan: ColumnScan): ColumnProfile {
  const { column } = scan;
  const range = scan.range();
  const distinct = scan.distinct();
  return {
    name: column.name,
    declared: column.declared,
    affinity: affinityOf(column.declared),
    classes: { null: String(scan.nulls), integer: String(scan.integers), real: String(scan.reals), text: String(scan.texts), blob: String(scan.blobs) },
    ...(range === undefined ? {} : { minInteger: String(range.min), maxInteger: String(range.max) }),
    ...(scan.reals === 0 ? {} : { minReal: realText(scan.minReal), maxReal: realText(scan.maxReal) }),
    ...(scan.texts === 0 ? {} : { maxChars: scan.maxChars }),
    ...(scan.texts + scan.blobs === 0 ? {} : { maxBytes: scan.maxBytes }),
    nulTexts: String(scan.nulTexts),
    invalidTexts: String(scan.invalidTexts),
    infinities: String(scan.infinities),
    beyond32: String(scan.beyond32),
    beyond53: String(scan.beyond53),
    untrimmed: String(scan.untrimmed),
    ...(distinct === undefined ? {} : { distinctEstimate: String(distinct) }),
    candidates: candidatesOf(scan),
    proposals: proposalsOf(scan, column.pk > 0),
  };
}

function candidatesOf(scan: ColumnScan): Candidate[] {
  const { column, rungs } = scan;
  const range = scan.range();
  const low = scan.minMagnitude();
  const high = range === undefined ? undefined : range.max > -range.min ? range.max : -range.min;
  const facts = {
    integers: BigInt(scan.integers),
    reals: BigInt(scan.reals),
    texts: BigInt(scan.texts),
    blobs: BigInt(scan.blobs),
    ...(low === undefined || high === undefined ? {} : { minMagnitude: low, maxMagnitude: high }),
  };
  return settleRungs(rungs.rungs, column.declared, affinityOf(column.declared), facts)
    .map((index) => rungs.candidate(index))
    .filter((candidate) => candidate !== undefined);
}


export function nonNullOf(profile: ColumnProfile): bigint {
  const { integer, real, text, blob } = profile.classes;
  return BigInt(integer) + BigInt(real) + BigInt(text) + BigInt(blob);
}
