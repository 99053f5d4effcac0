import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallInput } from '../../../shared/contract/contract.ts';
import { positional, required, wholeNumber } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { oneLine } from './conversation-text.ts';
import { openLibrary } from './library-argument.ts';
import type { Speech } from './speech.ts';
import type { Verb } from './verbs.ts';

type Change = CallInput<'conversations/change-plan'>['change'];

const countText = ({ say, count }: Speech, { table, rows }: { readonly table: string; readonly rows: number }): string => say('{{table}}: {{rows}} {{rows|row|rows}}', { table, rows: count(rows) });
const rowsOf = (speech: Speech, counts: readonly { readonly table: string; readonly rows: number }[]): string => counts.filter(({ rows }) => rows > 0).map((each) => countText(speech, each)).join(', ');

/** What was done: a change can be undone, and an undoing says which change it took back. */
async function doneText(context: CommandContext, library: string, done: Change): Promise<string> {
  const { say } = context.speech;
  if (done.kind !== 'undo') return say('Done. The rows as they were are kept: travessia conversations changes LIBRARY');
  const undone = (await context.call('conversations/kept', { library })).find(({ id }) => id === done.kept);
  if (undone === undefined) return say('Undone: {{change}}.', { change: done.kept });
  return say('Undone: {{change}} of {{title}}, {{when}}, by {{who}}. Back as they were: {{rows}}.', {
    change: say(undone.kind), title: oneLine(undone.title, 50), when: undone.at.slice(0, 19), who: undone.who, rows: rowsOf(context.speech, undone.counts),
  });
}

/** Shows what a change does; carries it out only with --yes, by the hash of what was shown. */
async function change(context: CommandContext, of: (context: CommandContext) => Change): Promise<number> {
  const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
  const asked = of(context);
  const plan = await context.call('conversations/change-plan', { library, change: asked });
  const isAgreed = context.args.options['yes'] === true;
  const { say, told } = context.speech;
  const said = [
    ...(plan.masked ? [`-- ${say('Personal data is shown masked and keys sealed; what is executed holds the values themselves.')}`] : []),
    ...plan.statements.map(({ sql, why }) => `-- ${told(why, 'change.')}\n${sql};`), ...plan.counts.map((each) => `-- ${countText(context.speech, each)}`),
  ].join('\n');
  if (plan.blockers.length > 0) throw new TravessiaError('WRONG_STATE', { message: `The way is blocked: ${plan.blockers.join('; ')}.`, hint: 'Nothing has been changed.' });
  if (isAgreed) {
    context.output.note(said);
    await context.job((await context.call('conversations/change', { id: plan.id, hash: plan.hash })).jobId);
  }
  if (context.output.json) context.output.document({ ...plan, done: isAgreed });
  else context.output.print(isAgreed ? await doneText(context, library, asked) : `${said}\n-- ${say('Nothing has been changed. To do it, add --yes.')}`);
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
    const { say, count, table } = context.speech;
    if (context.output.json) context.output.document(kept);
    else context.output.print(kept.length === 0 ? say('No changes.') : table(['id', 'at', 'who', 'change', 'title', 'rows', ''], kept.map((each) => [each.id, each.at.slice(0, 19), each.who, say(each.kind), oneLine(each.title, 50), count(each.counts.reduce((sum, { rows }) => sum + rows, 0)), each.undone ? say('undone') : ''])));
    return 0;
  } },
  undo: { usage: 'LIBRARY CHANGE [--yes]', summary: 'put the rows of a change back', run: (context) => change(context, ({ args }) => ({ kind: 'undo', kept: positional(args, 1, 'The change') })) },
};
