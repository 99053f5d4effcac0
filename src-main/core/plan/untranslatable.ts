import { SqliteSyntaxError, Untranslatable } from '../../../shared/pure/sqlite-sql/index.ts';

/** Runs a translation; a refusal comes back as its plain reason, anything else is thrown. */
export function attempt<T>(work: () => T): { readonly value: T } | { readonly refused: string } {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof SqliteSyntaxError) return { refused: error.message };
    throw error;
  }
}
