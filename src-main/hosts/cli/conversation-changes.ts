import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallInput } from '../../../shared/contract/contract.ts';
import { positional, required, wholeNumber } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { oneLine } from './conversation-text.ts';
import { openLibrary } from './library-argument.ts';
import { count, counted, table } from './output.ts';
import type { Verb } from './verbs.ts';

type Change = CallInput<'conversations/change-plan'>['change'];

const rowsOf = (counts: readonly { readonly table: string; readonly rows: number }[]): string => counts.filter(({ rows }) => rows > 0).map((each) => `${each.table}: ${counted(each.rows, 'row', 'rows')}`).join(', ');

/** What was done: a change can be undone, and an undoing says which change it took back. */
async function doneText(context: CommandContext, library: string, done: Change): Promise<string> {
  if (done.kind !== 'undo') return 'Done. The rows as they were are kept: travessia conversations changes LIBRARY';
  const undone = (await context.call('conversations/kept', { library })).find(({ id }) => id === done.kept);
  return `Undone: ${undone === undefined ? done.kept : `${undone.kind} of ${oneLine(undone.title, 50)}, ${undone.at.slice(0, 19)}, by ${undone.who}. Back as they were: ${rowsOf(undone.counts)}`}.`;
}

/** Shows what a change does; carries it out only with --yes, by the hash of what was shown. */
async function change(context: CommandContext, of: (context: CommandContext) => Change): Promise<number> {
  const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
  const asked = of(context);
  const plan = await context.call('conversations/change-plan', { library, change: asked });
  const isAgreed = context.args.options['yes'] === true;
  const said = [...(plan.masked ? ['-- Personal data is shown masked and keys sealed; what is executed holds the values themselves.'] : []), ...plan.statements.map(({ sql, why }) => `-- ${why}\n${sql};`), ...plan.counts.map((each) => `-- ${each.table}: ${counted(each.rows, 'row', 'rows')}`)].join('\n');
  if (plan.blockers.length > 0) throw new TravessiaError('WRONG_STATE', { message: plan.blockers.join('; '), hint: 'Nothing has been changed.' });
  if (isAgreed) {
    context.output.note(said);
    await context.job((await context.call('conversations/change', { id: plan.id, hash: plan.hash })).jobId);
  }
  if (context.output.json) context.output.document({ ...plan, done: isAgreed });
  else context.output.print(isAgreed ? await doneText(context, library, asked) : `${said}\n-- Nothing has been changed. To do it, add --yes.`);
  return 0;
}

/** What a DBA may do to conversations. */
export const changeVerbs: Readonly<Record<string, Verb>> = {
  delete: { usage: 'LIBRARY CONVERSATION [--yes]', summary: 'what deleting it would do; with --yes it is done, and can be undone', run: (context) => change(context, ({ args }) => ({ kind: 'delete', conversation: positional(args, 1, 'The conversation') })) },
  rename: { usage: 'LIBRARY CONVERSATION --title TEXT [--yes]', summary: 'another title', run: (context) => change(context, ({ args }) => ({ kind: 'rename', conversation: positional(args, 1, 'The conversation'), title: required(args, 'title') })) },
  rewrite: { usage: 'LIBRARY MESSAGE --text TEXT [--yes]', summary: 'another text', run: (context) => change(context, ({ args }) => ({ kind: 'rewrite', message: positional(args, 1, 'The message'), text: required(args, 'text') })) },
  purge: { usage: 'LIBRARY [--days N] [--yes]', summary: 'take out what was soft-deleted longer ago', run: (context) => change(context, ({ args }) => ({ kind: 'purge', days: wholeNumber(args, 'days') ?? 30 })) },
  changes: { usage: 'LIBRARY', summary: 'changes that can be undone', async run(context) {
    const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
    const kept = await context.call('conversations/kept', { library });
    if (context.output.json) context.output.document(kept);
    else context.output.print(kept.length === 0 ? 'No changes.' : table(['id', 'at', 'who', 'change', 'title', 'rows', ''], kept.map((each) => [each.id, each.at.slice(0, 19), each.who, each.kind, oneLine(each.title, 50), count(each.counts.reduce((sum, { rows }) => sum + rows, 0)), each.undone ? 'undone' : ''])));
    return 0;
  } },
  undo: { usage: 'LIBRARY CHANGE [--yes]', summary: 'put the rows of a change back', run: (context) => change(context, ({ args }) => ({ kind: 'undo', kept: positional(args, 1, 'The change') })) },
};
