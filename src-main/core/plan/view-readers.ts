import type { PlanView } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';

/** Views whose text names one of these relations, or a view that does; those that others read come first. */
export function readersOf(views: readonly PlanView[], relations: readonly string[]): PlanView[] {
  const found: PlanView[] = [];
  let names = [...relations];
  while (names.length > 0) {
    const next = views.filter((view) => !found.includes(view) && names.some((name) => view.sql.includes(name)));
    found.push(...next);
    names = next.map(({ target }) => quoteQualified(target.schema, target.view));
  }
  const sorted: PlanView[] = [];
  const visit = (view: PlanView): void => {
    if (sorted.includes(view)) return;
    for (const other of found) if (other !== view && view.sql.includes(quoteQualified(other.target.schema, other.target.view))) visit(other);
    sorted.push(view);
  };
  for (const view of found) visit(view);
  return sorted;
}
