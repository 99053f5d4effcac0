/**
 * Random databases of everything SQLite allows cross whole: assessed, planned, loaded, built, verified, swapped, and read back equal.
 * The whole engine runs in this process, its loader's threads too; virtual tables have tests of their own.
 */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { hasPostgres } from '../../src-main/test-support/index.ts';
import { caseArbitrary, type Case } from './database.ts';
import { cross, type Crossing } from './migrate.ts';
import { placeOfTests } from './place.ts';

vi.mock('node:worker_threads', async (original) => ({ ...(await original<object>()), Worker: (await import('./stand-in.ts')).LoadWorkerHere }));

const asked = process.env['TRAVESSIA_PROPERTY_CASES'];
const cases = Number(asked ?? 500);
/** `npm test` tries the same databases for the same code, so that a failure belongs to a change; new ones are for `npm run prove -- property`. */
const usualSeed = 20_261_121;
const seed = Number(process.env['TRAVESSIA_SEED'] ?? (asked === undefined ? usualSeed : Math.floor(Math.random() * 2 ** 31)));
const place = placeOfTests('property');

/** What a failing case is, so that it can be read. */
function told(wanted: Case, crossing: Crossing | null, problem: string): string {
  const { tables: _, ...rest } = wanted;
  const rows = wanted.tables.map((table) => `${table.name}: ${table.rows.length} rows × ${table.copies + 1}`);
  return [problem, ...(crossing?.built.statements ?? []), JSON.stringify(rest), ...rows].join('\n');
}

describe.skipIf(!hasPostgres())('any database', () => {
  test(`crosses whole (${cases} cases, seed ${seed})`, { timeout: 60_000 + cases * 2000, retry: 0 }, async () => {
    process.stdout.write(`property test of the engine: ${cases} cases, seed ${seed}\n`);
    const seen = { cases: 0, tables: 0, rows: 0, rejects: 0, listed: 0, objects: 0, refused: 0, parted: 0 };
    const started = performance.now();
    await fc.assert(
      fc.asyncProperty(caseArbitrary, async (wanted) => {
        let crossing: Crossing | null = null;
        try {
          crossing = await cross(wanted, place().folder, place().database, place().session);
        } catch (error) {
          throw new Error(told(wanted, crossing, error instanceof Error ? (error.stack ?? error.message) : String(error)), { cause: error });
        }
        const { result } = crossing.output;
        seen.cases += 1;
        if (seen.cases % 500 === 0 && seen.cases < cases) process.stdout.write(`seed ${seed}: ${seen.cases} of ${cases} crossed whole, ${Math.round((performance.now() - started) / 1000)} s\n`);
        seen.tables += result.tables.length;
        seen.rows += result.tables.reduce((sum, table) => sum + table.rows.source, 0);
        seen.rejects += result.rejects.rows;
        seen.objects += result.objects.length;
        seen.listed += result.objects.filter((object) => object.outcome === 'listed').length;
        seen.parted += result.tables.filter(({ lanes }) => lanes !== undefined).length;
        seen.refused += crossing.built.refused.length;
        if (crossing.problems.length > 0) throw new Error(told(wanted, crossing, crossing.problems.join('\n')));
      }),
      { numRuns: cases, seed },
    );
    process.stdout.write(`${Math.round((performance.now() - started) / 100) / 10} s: ${JSON.stringify(seen)}\n`);
    expect(seen.cases).toBeGreaterThanOrEqual(cases);
  });
});
