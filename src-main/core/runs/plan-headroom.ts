import { join, resolve } from 'node:path';
import type { Headroom } from '../../../shared/model/headroom.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import { getPlan } from '../plan/handlers.ts';
import { headroomOf } from './headroom.ts';
import { openTarget } from './open-target.ts';

/** Asked before a run is started: the embedded server need not be up for it, and a target that does not answer now is asked by the run. */
export async function planHeadroom(deps: CoreDeps, planId: string): Promise<Headroom> {
  const plan = await getPlan(deps, planId);
  const found = await Promise.all(plan.assessmentId.split(',').map((id) => deps.store.assessments.get(id)));
  const base = { plan, assessments: found.filter((assessment) => assessment !== null) };
  const ref = parseDatabase(plan.target);
  if (ref.kind === 'embedded') return headroomOf({ ...base, session: null, config: null, dataFolder: join(deps.folders.servers, ref.name, 'data') });
  // Only one program at a time has a PGlite folder open: the run itself asks it.
  if (ref.kind === 'pglite') return headroomOf({ ...base, session: null, config: null, dataFolder: resolve(ref.path) });
  const nothing = { ...base, session: null, config: null, dataFolder: null };
  const target = await openTarget(deps, plan.target).catch(() => null);
  if (target === null) return headroomOf(nothing);
  try {
    const session = await target.open({ applicationName: 'travessia', readOnly: true });
    try {
      return await headroomOf({ ...base, session, config: target.config, dataFolder: target.dataFolder ?? null });
    } finally {
      await session.close();
    }
  } catch {
    return await headroomOf(nothing);
  } finally {
    await target.release();
  }
}
