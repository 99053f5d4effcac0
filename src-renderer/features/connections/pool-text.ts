import type { PoolSettings } from '../../../shared/model/project.ts';
import { describe, type Language } from '../../../shared/pure/texts/index.ts';

/** What a program asks of its connection pool, in words. */
export function poolText(pool: PoolSettings, language: Language): string {
  return Object.entries(pool).map(([name, value]) => describe(`pool.${name}`, { value: String(value) }, language)).join(', ');
}
