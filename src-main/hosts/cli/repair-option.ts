import { TravessiaError } from '../../../shared/contract/errors.ts';
import { repairChoices, type RepairProblem, type RepairRule } from '../../../shared/model/repair.ts';

/** The words for all problems of a kind. */
const kinds: Readonly<Record<string, readonly RepairProblem[]>> = {
  'orphans': ['orphan'], 'null-keys': ['null-key'], 'duplicates': ['duplicate-key', 'unique-violation'], 'checks': ['check'],
};

/**
 * Reads `orphans=quarantine`, `orders.customer_id=null-out`, `orders.a,b=…` (a key of several columns), `orders=…` (all keys of a
 * table), `orders.orders_fkey=…` (by name); in front of any, `file.db:`. Later ones count more.
 * @throws TravessiaError USAGE
 */
export function repairRules(words: readonly string[]): RepairRule[] {
  return words.flatMap((word): RepairRule[] => {
    const at = word.lastIndexOf('=');
    const what = word.slice(0, at).trim();
    const wanted = word.slice(at + 1).trim();
    const choice = repairChoices.find((each) => each === wanted);
    if (at < 1 || what === '' || choice === undefined) {
      throw new TravessiaError('USAGE', {
        message: `--repair ${word} is not understood.`,
        hint: `Write WHAT=CHOICE. WHAT: ${Object.keys(kinds).join(', ')}, a table, or table.column; CHOICE: ${repairChoices.join(', ')}.`,
      });
    }
    const problems = kinds[what];
    if (problems !== undefined) return problems.map((problem) => ({ problem, choice }));
    const [, database, rest = what] = /^(.+):([^:]+)$/.exec(what) ?? [];
    const dot = rest.indexOf('.');
    const where = dot === -1 ? { table: rest } : { table: rest.slice(0, dot), object: rest.slice(dot + 1) };
    return [{ ...(database === undefined ? {} : { database }), ...where, choice }];
  });
}
