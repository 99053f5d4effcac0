import type { Assessment } from '../../shared/model/assessment.ts';

/** What an assessment says of a source that it could not take over as it was, each with what it speaks of. */
export function listed(assessment: Assessment): string[] {
  return [...assessment.findings, ...assessment.tables.flatMap((table) => table.findings)].filter((finding) => finding.code.startsWith('source.')).map((finding) => `${finding.code} ${finding.object ?? finding.column ?? finding.table ?? ''}`).toSorted();
}
