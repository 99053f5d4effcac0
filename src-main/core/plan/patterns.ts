import { sameName } from '../../../shared/pure/fold-name.ts';
/** Compares a name with a pattern in which `*` stands for any characters; letters of either case are alike. */
export function matchesPattern(pattern: string, name: string): boolean {
  if (!pattern.includes('*')) return sameName(pattern, name);
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'isu').test(name);
}
