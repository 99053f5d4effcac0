/** The indexes of a library that is read directly: shown as SQL, approved by its hash, made by a job, and taken away in the same way. */
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { carryOutIndex, planIndex, planIndexDrop, readIndexable, type IndexPlan, type IndexStep } from './postgres/index.ts';

type What = 'make' | 'drop';
const plans = { make: planIndex, drop: planIndexDrop } as const;

async function planOf(deps: CoreDeps, id: string, what: What): Promise<IndexPlan> {
  const library = await deps.libraries.get(id);
  const port = await deps.libraries.port(id);
  if (port === null || library.kind !== 'postgres') {
    throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${library.name}" is read from a copy of the console's own, which brings its search with it.`, hint: 'Make or refresh that copy with libraries/refresh.' });
  }
  return plans[what](await readIndexable(port, id, library.mapping));
}

/** How long a step takes beside the others, about: gathering the words and building indexes is nearly all of it. */
function weightOf(step: IndexStep): number {
  if (step.kind === 'fill') return 60;
  return step.kind === 'mend' || step.sql.startsWith('CREATE INDEX') ? 6 : 0.2;
}

const sum = (weights: readonly number[]): number => weights.reduce((total, weight) => total + weight, 0);

async function carryOut(deps: CoreDeps, id: string, what: What, hash: string, context: JobContext): Promise<string> {
  context.update({ phase: 'planning', resultId: id });
  const plan = await planOf(deps, id, what);
  assertApproved(plan, hash);
  const started = deps.now();
  const weights = plan.steps.map(weightOf);
  const all = sum(weights);
  let before = 0;
  let own = 0;
  await carryOutIndex(plan, {
    open: () => deps.libraries.writer(id), signal: context.signal,
    onStep: (step, at) => {
      before = sum(weights.slice(0, at)) / all;
      own = (weights[at] ?? 0) / all;
      context.update({ phase: what === 'drop' ? 'removing' : step.kind === 'fill' ? 'gathering' : 'indexing', progress: before });
      context.log('log.index.step', { why: step.why });
    },
    onProgress: (done, total, rows) => context.update({ rows, progress: before + (total === 0 ? 0 : (own * done) / total) }),
  });
  await deps.libraries.noteIndex(id);
  context.log(what === 'make' ? 'log.index.done' : 'log.index.dropped', { seconds: String(Math.round((deps.now() - started) / 1000)) });
  deps.emit({ type: 'changed', noun: 'libraries', id });
  return id;
}

function assertApproved(plan: IndexPlan, hash: string): void {
  if (plan.hash !== hash) throw new TravessiaError('WRONG_STATE', { message: 'The database changed after these statements were shown.', hint: 'Look at them again and approve what is shown now.' });
  if (plan.blockers.length > 0) throw new TravessiaError('WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
}

export function indexHandlers(deps: CoreDeps) {
  const shown = async (id: string, what: What): Promise<CallOutput<'libraries/index-plan'>> => {
    const { steps, hash, blockers } = await planOf(deps, id, what);
    return { statements: steps.map(({ sql, why }) => ({ sql, why })), hash, blockers: [...blockers] };
  };
  const started = async (id: string, what: What, hash: string): Promise<CallOutput<'libraries/index'>> => {
    const { name } = await deps.libraries.get(id);
    assertApproved(await planOf(deps, id, what), hash);
    return { jobId: deps.jobs.start({ kind: 'index', title: name, work: (context) => carryOut(deps, id, what, hash, context) }).id };
  };
  return {
    'libraries/index-plan': (input: HandlerInput<'libraries/index-plan'>): Promise<CallOutput<'libraries/index-plan'>> => shown(input.id, 'make'),
    'libraries/index': (input: HandlerInput<'libraries/index'>): Promise<CallOutput<'libraries/index'>> => started(input.id, 'make', input.hash),
    'libraries/index-drop-plan': (input: HandlerInput<'libraries/index-drop-plan'>): Promise<CallOutput<'libraries/index-drop-plan'>> => shown(input.id, 'drop'),
    'libraries/index-drop': (input: HandlerInput<'libraries/index-drop'>): Promise<CallOutput<'libraries/index-drop'>> => started(input.id, 'drop', input.hash),
  };
}
