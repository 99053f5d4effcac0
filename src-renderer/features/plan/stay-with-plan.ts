import { goInPlace } from '../../app/use-route.ts';
import { href } from '../../stores/route.ts';

/** After a version is saved: shows it, unless the plan's screen was left meanwhile. */
export function stayWithPlan(id: string, to: string): void {
  if (location.hash.startsWith(href(['plans', id]))) goInPlace(to);
}
