import type { Answers, Assessment, Thresholds } from '../../../shared/model/assessment.ts';

/**
 * Migrate now or not yet, by the thresholds of the seed "item-store-primary": more than 100,000 items, a start-up over 30 s, memory
 * over 2 GB, or several instances each say `migrate-now`; more than 50,000 items say `soon`. The file tells only the items; the rest
 * is answered by a person, and what nobody answered is `null`. `not-yet` needs every answer: while one is missing and none is over,
 * the verdict is `unknown`, and the reasons tell which.
 *
 * @param items - rows of all tables; null where they could not be counted
 */
export function decide(items: number | null, answers: Answers, thresholds: Thresholds): Assessment['decision'] {
  const measure = (name: 'items' | 'startupSeconds' | 'memoryBytes' | 'instances', value: number | null) => ({
    measure: name,
    value,
    threshold: thresholds[name],
    over: value === null ? null : value > thresholds[name],
  });
  const reasons = [
    measure('items', items),
    measure('startupSeconds', answers.startupSeconds ?? null),
    measure('memoryBytes', answers.memoryBytes ?? null),
    measure('instances', answers.instances ?? null),
  ];
  if (reasons.some((reason) => reason.over === true)) return { verdict: 'migrate-now', reasons };
  if (items !== null && items > thresholds.itemsWarning) return { verdict: 'soon', reasons };
  return { verdict: reasons.some((reason) => reason.over === null) ? 'unknown' : 'not-yet', reasons };
}
