import type { Proposal } from '../../../shared/model/assessment.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { affinityOf, meaningOf } from '../../../shared/pure/type-ladder/index.ts';
import type { ColumnScan } from './column-scan.ts';
import { soundsLikeAmount, soundsLikeFlag, soundsLikeIdentifier, soundsLikeTime } from './name-hints.ts';

/** Below this share of the values a format is noise, not a proposal. */
const minShare = 0.5;

/** Instants from 1990 to 2100 by unit: where all values of a column lie in one of these, they are plausibly a time. */
const from = 631_152_000n;
const to = 4_102_444_800n;
const epochs: ReadonlyArray<readonly [string, Cast, bigint]> = [
  ['proposal.epoch-s', 'epoch s', 1n],
  ['proposal.epoch-ms', 'epoch ms', 1000n],
  ['proposal.epoch-us', 'epoch us', 1_000_000n],
  ['proposal.epoch-ns', 'epoch ns', 1_000_000_000n],
];

/**
 * What the data suggests beyond the declaration, each with exact counts. `ambiguous` ones are never accepted without a person:
 * a naive date and time (whose zone?), numbers that only look like a time or a flag, texts that may be codes rather than numbers.
 */
export function proposalsOf(scan: ColumnScan, isKey: boolean): Proposal[] {
  if (scan.nonNull === 0) return [];
  return [...textProposals(scan), ...(isKey ? [] : numberProposals(scan)), ...blobProposals(scan)];
}

function proposal(scan: ColumnScan, code: string, type: string, matches: number, ambiguous: boolean, more: { cast?: Cast; params?: Record<string, string> } = {}): Proposal[] {
  if (matches === 0 || matches < scan.nonNull * minShare) return [];
  return [{ type, ...(more.cast === undefined ? {} : { cast: more.cast }), matches: String(matches), misfits: String(scan.nonNull - matches), ambiguous, code, ...(more.params === undefined ? {} : { params: more.params }) }];
}

function textProposals(scan: ColumnScan): Proposal[] {
  if (scan.texts === 0) return [];
  const { name } = scan.column;
  const of = (code: string): number => scan.detectors.matches(`proposal.${code}`);
  const [dates, naive, zoned] = [of('iso-date'), of('iso-timestamp'), of('iso-zoned')];
  const found: Proposal[] = [];
  if (zoned > 0 && (naive > 0 || dates > 0)) {
    found.push(...proposal(scan, 'proposal.iso-mixed', 'timestamptz', zoned + naive + dates, true, { params: { zoned: String(zoned), naive: String(naive + dates) } }));
  } else if (zoned > 0) found.push(...proposal(scan, 'proposal.iso-zoned', 'timestamptz', zoned, false));
  else if (naive > 0) found.push(...proposal(scan, 'proposal.iso-timestamp', 'timestamp', naive + dates, true));
  else found.push(...proposal(scan, 'proposal.iso-date', 'date', dates, false));
  found.push(...proposal(scan, 'proposal.iso-time', 'time', of('iso-time'), false));
  found.push(...proposal(scan, 'proposal.uuid', 'uuid', of('uuid'), false));
  found.push(...proposal(scan, 'proposal.uuid-hex', 'uuid', of('uuid-hex'), true));
  found.push(...proposal(scan, 'proposal.json', 'json', of('json'), false));
  found.push(...proposal(scan, 'proposal.true-false', 'boolean', of('true-false'), (scan.distinct() ?? 0) < 2));
  const [integers, decimals] = [of('integer-text'), of('decimal-text')];
  if (decimals > integers) found.push(...proposal(scan, 'proposal.decimal-text', 'numeric', decimals, !soundsLikeAmount(name)));
  else found.push(...proposal(scan, 'proposal.integer-text', 'bigint', integers, true));
  return found;
}

function numberProposals(scan: ColumnScan): Proposal[] {
  const { name, declared } = scan.column;
  const { kind } = meaningOf(declared, affinityOf(declared));
  if (scan.reals > 0) {
    const days = proposal(scan, 'proposal.julian-day', 'timestamptz', scan.detectors.matches('proposal.julian-day'), true, { cast: 'julian day' });
    const seconds = proposal(scan, 'proposal.epoch-s', 'timestamptz', scan.detectors.matches('proposal.epoch-s'), true, { cast: 'epoch s', params: years(scan.minReal, scan.maxReal) });
    return soundsLikeTime(name) ? [...days, ...seconds] : [];
  }
  const range = scan.range();
  if (range === undefined || (kind !== 'integer' && kind !== 'numeric' && kind !== 'found')) return [];
  if (range.min >= 0n && range.max <= 1n) {
    const both = range.min === 0n && range.max === 1n;
    return proposal(scan, 'proposal.zero-one', 'boolean', scan.integers, !(both && soundsLikeFlag(name)));
  }
  const low = scan.minMagnitude();
  if (low === undefined || range.min < 0n) return [];
  return epochs.flatMap(([code, cast, perSecond]) => {
    if (low < from * perSecond || range.max >= to * perSecond) return [];
    return proposal(scan, code, 'timestamptz', scan.integers, !soundsLikeTime(name), { cast, params: years(Number(low / perSecond), Number(range.max / perSecond)) });
  });
}

function blobProposals(scan: ColumnScan): Proposal[] {
  if (scan.blobs === 0 || scan.minBlob !== 16 || scan.maxBlob !== 16) return [];
  return proposal(scan, 'proposal.uuid-blob', 'uuid', scan.blobs, !soundsLikeIdentifier(scan.column.name));
}

function years(fromSeconds: number, toSeconds: number): Record<string, string> {
  const year = (seconds: number): string => String(new Date(seconds * 1000).getUTCFullYear());
  return { from: year(fromSeconds), to: year(toSeconds) };
}
