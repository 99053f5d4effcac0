import { roomFor, type ExportInfo, type ExportRecord, type Totals, type Writer } from './records.ts';

/** Numbers of JSON padded with white space, which JSON allows. */
function about(info: ExportInfo, totals: Totals | null): string {
  const fixed = JSON.stringify({ program: 'Travessia', ...info }).slice(0, -1);
  return `${fixed},"conversations":${(totals === null ? roomFor(0) : roomFor(totals.conversations).replace(/^ {4}/, 'null'))},"messages":${roomFor(totals?.messages ?? 0)}}`;
}

const line = (record: ExportRecord): string => JSON.stringify({ kind: record.kind, ...(record.kind === 'message' ? { title: record.title, owner: record.owner } : {}), ...record.row });

/** `{"export": …, "records": [ … ]}`; each record says its kind. */
export const jsonWriter: Writer = {
  extension: 'json',
  head: (info, totals) => `{"export":${about(info, totals)},\n"records":[\n`,
  record: (record, index) => `${index === 0 ? '' : ',\n'}${line(record)}`,
  tail: () => '\n]}\n',
};

/** The same, one a line: the first tells of the file, the last that it is whole. */
export const ndjsonWriter: Writer = {
  extension: 'ndjson',
  head: (info, totals) => `{"kind":"export",${about(info, totals).slice(1)}\n`,
  record: (record) => `${line(record)}\n`,
  tail: (_info, totals) => `${JSON.stringify({ kind: 'end', ...totals })}\n`,
};
