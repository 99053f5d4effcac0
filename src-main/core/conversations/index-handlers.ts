/** The indexes of a library that is read directly: shown as SQL, approved by its hash, made by a job. */
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { carryOutIndex, planIndex, readIndexable, type IndexPlan } from './postgres/index.ts';

async function planOf(deps: CoreDeps, id: string): Promise<IndexPlan> {
  const library = await deps.libraries.get(id);
  const port = await deps.libraries.port(id);
  if (port === null || library.kind !== 'postgres') {
    throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${library.name}" is read from a copy of the console's own, which brings its search with it.`, hint: 'Make or refresh that copy with libraries/refresh.' });
  }
  return planIndex(await readIndexable(port, id, library.mapping));
}

async function make(deps: CoreDeps, id: string, hash: string, context: JobContext): Promise<string> {
  context.update({ phase: 'planning' });
  const plan = await planOf(deps, id);
  assertApproved(plan, hash);
  const started = deps.now();
  await carryOutIndex(plan, {
    open: () => deps.libraries.writer(id), signal: context.signal,
    onStep: (step, at, of) => {
      context.update({ phase: step.kind === 'fill' ? 'gathering' : 'indexing', progress: at / of });
      context.log('log.index.step', { why: step.why });
    },
    onProgress: (done, total, rows) => context.update({ rows, progress: total === 0 ? null : done / total }),
  });
  await deps.libraries.noteIndex(id);
  context.log('log.index.done', { seconds: String(Math.round((deps.now() - started) / 1000)) });
  deps.emit({ type: 'changed', noun: 'libraries', id });
  return id;
}

function assertApproved(plan: IndexPlan, hash: string): void {
  if (plan.hash !== hash) throw new TravessiaError('WRONG_STATE', { message: 'The database changed after these statements were shown.', hint: 'Look at them again and approve what is shown now.' });
  if (plan.blockers.length > 0) throw new TravessiaError('WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
}

export function indexHandlers(deps: CoreDeps) {
  return {
    async 'libraries/index-plan'(input: HandlerInput<'libraries/index-plan'>): Promise<CallOutput<'libraries/index-plan'>> {
      const { steps, hash, blockers } = await planOf(deps, input.id);
      return { statements: steps.map(({ sql, why }) => ({ sql, why })), hash, blockers: [...blockers] };
    },
    async 'libraries/index'(input: HandlerInput<'libraries/index'>): Promise<CallOutput<'libraries/index'>> {
      const { name } = await deps.libraries.get(input.id);
      assertApproved(await planOf(deps, input.id), input.hash);
      const job = deps.jobs.start({ kind: 'index', title: name, work: (context) => make(deps, input.id, input.hash, context) });
      return { jobId: job.id };
    },
  };
}
