/** Offline replicas of chosen conversations. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { parseQuery } from '../../../shared/pure/conversation-query/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { Replicas, Scope } from './replica/index.ts';
import { openLens } from './view/index.ts';

/** What is to be copied. A query is narrowed as it is for a view: nobody copies what they could not find. @throws TravessiaError QUERY_INVALID, NO_CONVERSATIONS */
async function scopeOf(deps: Pick<CoreDeps, 'libraries' | 'guard' | 'now'>, input: HandlerInput<'replicas/create'>): Promise<Scope> {
  const { active } = await deps.guard.masker();
  if (input.conversations !== undefined) {
    if (input.conversations.length === 0) throw new TravessiaError('NO_CONVERSATIONS', { message: 'No conversation was chosen.', hint: 'Choose at least one, or give a query.' });
    const lens = await openLens(deps.libraries, deps.guard, input.library);
    return { query: null, keys: input.conversations.map((key) => lens.key('conversation', key)), masked: active };
  }
  const { query, diagnostics } = parseQuery(input.query, { now: deps.now(), zone: input.zone });
  if (diagnostics.length > 0) throw new TravessiaError('QUERY_INVALID', { message: 'The query has a part that cannot be understood.', hint: 'Correct what is underlined in the search line.' });
  const narrowed = (await openLens(deps.libraries, deps.guard, input.library)).narrow(query);
  if (narrowed === null) throw new TravessiaError('NO_CONVERSATIONS', { message: 'The query finds no conversation.', hint: 'Personal data that is masked is not found either.' });
  return { query: narrowed, keys: [], masked: active };
}

export function replicaHandlers(deps: Pick<CoreDeps, 'libraries' | 'guard' | 'now'>, replicas: Replicas) {
  return {
    'replicas/list': (_input: HandlerInput<'replicas/list'>): Promise<CallOutput<'replicas/list'>> => replicas.list(),
    async 'replicas/create'(input: HandlerInput<'replicas/create'>): Promise<CallOutput<'replicas/create'>> {
      return replicas.create({ library: input.library, name: input.name, scope: await scopeOf(deps, input) });
    },
    async 'replicas/refresh'(input: HandlerInput<'replicas/refresh'>): Promise<CallOutput<'replicas/refresh'>> {
      return { jobId: (await replicas.refresh(input.id)).id };
    },
    async 'replicas/rekey'(input: HandlerInput<'replicas/rekey'>): Promise<CallOutput<'replicas/rekey'>> {
      return { jobId: (await replicas.rekey(input.id)).id };
    },
    async 'replicas/revoke'(input: HandlerInput<'replicas/revoke'>): Promise<CallOutput<'replicas/revoke'>> {
      await replicas.revoke(input.id);
      return { done: true };
    },
  };
}
