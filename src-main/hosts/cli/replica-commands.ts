import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Replica } from '../../../shared/model/conversation-work.ts';
import { positional, required, texts } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { safe } from './conversation-text.ts';
import { openLibrary } from './library-argument.ts';
import { commandOf } from './verbs.ts';

/** A replica by its id or its name. What is no replica, or none any more, is left to the core as it was given: it knows which of both. */
async function givenReplica(context: CommandContext): Promise<Pick<Replica, 'id' | 'name'>> {
  const given = positional(context.args, 0, 'The replica');
  const replicas = await context.call('replicas/list', {});
  return replicas.find(({ id }) => id === given) ?? replicas.find(({ name }) => name.toLowerCase() === given.toLowerCase()) ?? { id: given, name: given };
}

async function replicaOf(context: CommandContext, id: string): Promise<Replica> {
  const found = (await context.call('replicas/list', {})).find((each) => each.id === id);
  if (found === undefined) throw new TravessiaError('NOT_FOUND', { message: `There is no replica ${id}.`, hint: 'See travessia replicas list.' });
  return found;
}

function show(context: CommandContext, replicas: readonly Replica[], document: unknown): number {
  if (context.output.json) context.output.document(document);
  else {
    const { say, count, bytes, failure, table } = context.speech;
    context.output.print(replicas.length === 0 ? say('No replicas.') : table(['id', 'name', 'conversations', 'messages', 'size', 'refreshed', 'state', 'read as'],
      replicas.map((each) => [each.id, safe(each.name), count(each.conversations), count(each.messages), bytes(each.bytes), each.refreshedAt?.slice(0, 19) ?? say('never'), each.error === null ? say(each.state) : `${say(each.state)}: ${safe(failure({ message: each.error }).message)}`, each.readAs])));
  }
  return 0;
}

export const replicasCommand: Command = commandOf('replicas', 'Encrypted copies of chosen conversations, masked, readable offline', {
  list: { usage: '', summary: 'with the time of their last refresh', async run(context) {
    const replicas = await context.call('replicas/list', {});
    return show(context, replicas, replicas);
  } },
  create: { usage: 'LIBRARY [QUERY] --name N [--only KEY]…', summary: 'of what a search finds, or of the conversations named', async run(context) {
    const library = await openLibrary(context, positional(context.args, 0, 'The library'));
    const only = texts(context.args, 'only');
    const { id, jobId } = await context.call('replicas/create', {
      library: library.id, query: context.args.positionals.slice(1).join(' '), zone: Intl.DateTimeFormat().resolvedOptions().timeZone, name: required(context.args, 'name'), ...(only.length === 0 ? {} : { conversations: only }),
    });
    await context.job(jobId);
    const replica = await replicaOf(context, id);
    return show(context, [replica], replica);
  } },
  refresh: { usage: 'REPLICA', summary: 'bring it up to date with its server', async run(context) {
    const { id } = await givenReplica(context);
    await context.job((await context.call('replicas/refresh', { id })).jobId);
    const replica = await replicaOf(context, id);
    return show(context, [replica], replica);
  } },
  rekey: { usage: 'REPLICA', summary: 'seal it anew with another key; the old one opens it no more', async run(context) {
    const { id } = await givenReplica(context);
    await context.job((await context.call('replicas/rekey', { id })).jobId);
    const replica = await replicaOf(context, id);
    return show(context, [replica], replica);
  } },
  revoke: { usage: 'REPLICA', summary: 'destroy it and its key', async run(context) {
    const replica = await givenReplica(context);
    await context.call('replicas/revoke', { id: replica.id });
    if (context.output.json) context.output.document({ revoked: replica.id });
    else context.output.print(context.speech.say('{{name}} is destroyed, and its key with it.', { name: safe(replica.name) }));
    return 0;
  } },
}, {
  name: { type: 'string', summary: 'its name', value: 'N' },
  only: { type: 'string', multiple: true, summary: 'a conversation (may be repeated)', value: 'KEY' },
});
