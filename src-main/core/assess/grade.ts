import type { Finding } from '../../../shared/model/finding.ts';

export type Grade = 'A' | 'B' | 'C';

/**
 * A: nothing but remarks; crosses as it is. B: something changes its form or does not cross (a warning). C: a person has to decide
 * before it can cross whole: rejects, damage, broken uniqueness (a critical finding). The whole is as good as its worst table.
 */
export function gradeOf(findings: readonly Finding[]): Grade {
  if (findings.some((finding) => finding.severity === 'critical')) return 'C';
  return findings.some((finding) => finding.severity === 'warning') ? 'B' : 'A';
}

export function worstOf(grades: readonly Grade[]): Grade {
  return grades.includes('C') ? 'C' : grades.includes('B') ? 'B' : 'A';
}
