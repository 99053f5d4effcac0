import { useEffect, useState } from 'react';
import type { Assessment, ColumnProfile, Proposal } from '../../../shared/model/assessment.ts';
import type { Override, Plan, PlanColumn } from '../../../shared/model/plan.ts';
import { draftFor } from '../../stores/drafts.ts';
import type { Draft, Place } from '../../stores/drafts.ts';
import { placeOf } from './place.ts';
import { useConsole } from '../../stores/hooks.tsx';

/** The assessments behind a plan: what the data suggests and the other ways a column could cross. Absent ones are left out. */
export function useAssessments(ids: readonly string[]): readonly Assessment[] {
  const { client } = useConsole();
  const [found, setFound] = useState<readonly Assessment[]>([]);
  const key = ids.join(' ');
  useEffect(() => {
    let live = true;
    const asked = key === '' ? [] : key.split(' ');
    void Promise.allSettled(asked.map((id) => client.call('assess/get', { id }))).then((answers) => {
      if (live) setFound(answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : [])));
    });
    return () => {
      live = false;
    };
  }, [client, key]);
  return found;
}

export function profileOf(assessments: readonly Assessment[], database: string, table: string, column: string): ColumnProfile | undefined {
  return assessments.find((each) => each.database === database)?.tables.find((each) => each.name === table)?.columns.find((each) => each.name === column);
}

/** True where a person chose a type the assessment did not measure: whether every value fits is known after a rehearsal. */
export function isUnmeasured(column: PlanColumn): boolean {
  return column.include && column.why.some((reason) => reason.code === 'plan.why.override-unmeasured');
}

export function overrideOf(place: Place, proposal: Pick<Proposal, 'type' | 'cast'>): Override {
  return { ...place, type: proposal.type, cast: proposal.cast ?? null };
}

/** Unambiguous proposals without misfits on columns that a person has not decided yet, as decisions. */
export function openProposals(plan: Plan, assessments: readonly Assessment[], draft: Draft): readonly Override[] {
  return plan.tables.filter((table) => table.include).flatMap(({ source, columns }) =>
    columns.flatMap((column) => {
      const place = placeOf(plan, source, column.source);
      if (!column.include || column.decidedBy === 'person' || draftFor(draft, place)) return [];
      const proposal = profileOf(assessments, source.database, source.table, column.source)?.proposals.find((each) => !each.ambiguous && each.misfits === '0');
      if (!proposal || (proposal.type === column.type && proposal.cast === column.cast)) return [];
      return [overrideOf(place, proposal)];
    }),
  );
}
