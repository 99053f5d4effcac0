import type { Override, PlanOptions } from '../../../shared/model/plan.ts';
import { assertNoMeeting, mergeSources, type MergedSources, type PreparedSource, type SourceWithCopy } from '../reshape/index.ts';
import { applyPolicy, schemaNameOf } from './names.ts';
import { overridesFor } from './plan-columns.ts';

/** The file's name before the name of each of its tables. */
function prefixed(source: SourceWithCopy, options: PlanOptions): SourceWithCopy {
  const { database } = source.assessment;
  const names = source.catalog.tables.map(({ name }): Override => ({
    database, table: name, targetName: `${schemaNameOf(database)}_${applyPolicy(overridesFor(source.overrides, name).targetName ?? name, options.identifiers)}`, by: 'template',
  }));
  return { ...source, overrides: [...source.overrides, ...names] };
}

/**
 * What the plan's choice makes of tables of several sources that would have one name.
 * @throws TravessiaError NAME_COLLISION where they meet under `fail`, or differ in shape under `merge`
 */
export async function settleSources(sources: readonly SourceWithCopy[], collisions: PlanOptions['collisions'], options: PlanOptions, prepared: readonly PreparedSource[], template: (assessment: SourceWithCopy['assessment']) => Override[]): Promise<MergedSources> {
  if (collisions === 'fail') assertNoMeeting(sources, options);
  if (collisions === 'merge') {
    const folded = (database: string, table: string) => prepared.some(({ source, mappings }) => source.assessment.database === database && mappings.some(({ reshape }) => reshape.from === table));
    return mergeSources(sources, options, folded, template);
  }
  return { sources: collisions === 'prefix' ? sources.map((source) => prefixed(source, options)) : sources, merges: [], preparations: [] };
}
