import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallInput } from '../../../shared/contract/contract.ts';
import type { Message } from '../../../shared/model/conversation.ts';
import { choice, positional, required, text, wholeNumber, type OptionSpec } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { changeVerbs } from './conversation-changes.ts';
import { exportVerb } from './conversation-export.ts';
import { assertUnderstood, conversationsText, hitText, messageText, safe, timelineText } from './conversation-text.ts';
import { openLibrary } from './library-argument.ts';
import { statisticsText } from './statistics-text.ts';
import { commandOf } from './verbs.ts';

const options: Readonly<Record<string, OptionSpec>> = {
  query: { type: 'string', summary: 'the search line, where it is not given after the library (it may begin with -)', value: 'TEXT' },
  limit: { type: 'string', summary: 'rows at a time (default 50, at most 200)', value: 'N' },
  after: { type: 'string', summary: 'the page after this cursor, as the page before gave it', value: 'CURSOR' },
  all: { type: 'boolean', summary: 'all pages' },
  from: { type: 'string', summary: 'show: where in the thread to begin (default start)', value: 'start|end|MESSAGE|DATE' },
  conversation: { type: 'boolean', summary: 'raw, reveal: the key is a conversation’s' },
  reason: { type: 'string', summary: 'reveal: why; it goes to the audit', value: 'TEXT' },
  out: { type: 'string', summary: 'export: the file (- is standard output)', value: 'FILE' },
  as: { type: 'string', summary: 'export: its format (told by the file’s name otherwise)', value: 'json|ndjson|csv|markdown|html' },
  only: { type: 'string', summary: 'export: this conversation, whole', value: 'CONVERSATION' },
  whole: { type: 'boolean', summary: 'export: the whole conversations that the search finds, not its messages alone' },
  title: { type: 'string', summary: 'rename: the new title', value: 'TEXT' },
  text: { type: 'string', summary: 'rewrite: the new text', value: 'TEXT' },
  days: { type: 'string', summary: 'purge: deleted longer ago than this (default 30)', value: 'N' },
  yes: { type: 'boolean', summary: 'delete, rename, rewrite, purge, undo: carry out what was shown' },
};

/** Where a count ends; one that ends before has looked at as many messages as it may. */
const countsTo = 1000;

/** Dates of a search are meant where the person is. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

async function asked(context: CommandContext): Promise<{ library: string; query: string; zone: string }> {
  const library = await openLibrary(context, positional(context.args, 0, 'The library'));
  if (library.way === 'direct' && library.search === 'missing') context.output.note(context.speech.say('Searching reads every message: {{name}} has no index yet. See travessia libraries index {{name}}.', { name: safe(library.name) }));
  return { library: library.id, query: [text(context.args, 'query') ?? '', ...context.args.positionals.slice(1)].join(' ').trim(), zone };
}

function paging(context: CommandContext): { limit: number; after?: string } {
  const after = text(context.args, 'after');
  return { limit: Math.min(200, Math.max(1, wholeNumber(context.args, 'limit') ?? 50)), ...(after === undefined ? {} : { after }) };
}

/** Pages of a list or a search, one or all; printed as they come, or gathered for JSON. Gives whether the last of them is the end. */
async function pages<Row>(
  context: CommandContext, ask: (page: { limit: number; after?: string }) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>, print: (rows: readonly Row[]) => void,
): Promise<boolean> {
  let request = paging(context);
  const rows: Row[] = [];
  for (;;) {
    if (context.interrupted.aborted) throw new TravessiaError('CANCELLED', { message: 'Cancelled.' });
    const page = await ask(request);
    if (page.rows.length === 0 && page.next !== null) {
      // None of those looked at so far matches, and there are more.
      request = { ...request, after: page.next };
      continue;
    }
    if (context.output.json) rows.push(...page.rows);
    else print(page.rows);
    if (page.next === null || context.args.options['all'] !== true) {
      if (context.output.json) context.output.document({ ...page, rows });
      else if (page.next !== null) context.output.note(context.speech.say('More: --after {{after}}, or --all.', { after: page.next }));
      return page.next === null;
    }
    request = { ...request, after: page.next };
  }
}

function startOf(given: string | undefined): CallInput<'conversations/messages'>['from'] {
  if (given === undefined || given === 'start' || given === 'end') return given ?? 'start';
  return /^\d{4}-\d\d(-\d\d)?/.test(given) && !Number.isNaN(Date.parse(given)) ? { at: new Date(given).toISOString() } : { around: given };
}

async function show(context: CommandContext): Promise<number> {
  const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
  const key = positional(context.args, 1, 'The conversation');
  const conversation = await context.call('conversations/get', { library, key });
  const { limit } = paging(context);
  let page = await context.call('conversations/messages', { library, conversation: key, from: startOf(text(context.args, 'from')), limit });
  const { before } = page;
  const rows: Message[] = [];
  if (!context.output.json) context.output.print(`${conversationsText(context.speech, [conversation])}\n`);
  for (;;) {
    if (context.interrupted.aborted) throw new TravessiaError('CANCELLED', { message: 'Cancelled.' });
    if (context.output.json) rows.push(...page.rows);
    else for (const row of page.rows) context.output.print(messageText(context.speech, row));
    if (page.after === null || context.args.options['all'] !== true) break;
    page = await context.call('conversations/messages', { library, conversation: key, from: { after: page.after }, limit });
  }
  const timeline = await context.call('conversations/timeline', { library, conversation: key });
  if (context.output.json) context.output.document({ conversation, rows, before, after: page.after, ...timeline });
  else {
    if (timeline.tasks.length + timeline.events.length > 0) context.output.print(timelineText(context.speech, timeline.tasks, timeline.events));
    if (page.after !== null) context.output.note(context.speech.say('There is more: --all, or --from end.'));
  }
  return 0;
}

export const conversationsCommand: Command = commandOf('conversations', 'Find, read and export conversations', {
  list: { usage: 'LIBRARY [QUERY]', summary: 'conversations, newest first', async run(context) {
    const input = await asked(context);
    await pages(context, async (page) => {
      const found = await context.call('conversations/list', { ...input, ...page });
      assertUnderstood(input.query, found.diagnostics);
      return found;
    }, (rows) => context.output.print(conversationsText(context.speech, rows)));
    return 0;
  } },
  search: { usage: 'LIBRARY QUERY', summary: 'messages: words, "phrases", prefix*, -without, role:, model:, user:, before:, after:, on:, has:, in:, near:, meta.PATH:', async run(context) {
    const input = await asked(context);
    let printed = 0;
    let order = 'newest';
    const isEnd = await pages(context, async (page) => {
      const found = await context.call('conversations/search', { ...input, ...page });
      ({ order } = found);
      assertUnderstood(input.query, found.diagnostics);
      return found;
    }, (rows) => {
      for (const row of rows) context.output.print(hitText(context.speech, row));
      printed += rows.length;
    });
    if (context.output.json) return 0;
    // From the first to the last: what was printed is all there is.
    const isWhole = isEnd && text(context.args, 'after') === undefined;
    const { count, capped } = isWhole ? { count: printed, capped: false } : await context.call('conversations/count', input);
    const { say } = context.speech;
    const found = say(order === 'best' ? '{{found}} found, best first.' : '{{found}} found, newest first.', { found: `${context.speech.count(Math.max(count, printed))}${capped ? '+' : ''}` });
    context.output.print(printed === 0 ? say('Nothing found.') : capped && count < countsTo ? `${found} ${say('Not everything was looked at for this number.')}` : found);
    return 0;
  } },
  names: { usage: 'LIBRARY TEXT', summary: 'conversations whose name, owner or id begins or sounds like it', async run(context) {
    const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
    const found = await context.call('conversations/names', { library, text: context.args.positionals.slice(1).join(' ').slice(0, 200), limit: Math.min(50, paging(context).limit) });
    if (context.output.json) context.output.document(found);
    else context.output.print(conversationsText(context.speech, found.rows));
    return 0;
  } },
  show: { usage: 'LIBRARY CONVERSATION', summary: 'its messages, tasks and events', run: show },
  message: { usage: 'LIBRARY MESSAGE', summary: 'one message, whole', async run(context) {
    const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
    const row = await context.call('conversations/message', { library, key: positional(context.args, 1, 'The message') });
    if (context.output.json) context.output.document(row);
    else context.output.print(messageText(context.speech, row));
    return 0;
  } },
  raw: { usage: 'LIBRARY KEY', summary: 'the row behind a message or a conversation', async run(context) {
    const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
    const { rows } = await context.call('conversations/raw', { library, key: positional(context.args, 1, 'The key'), kind: context.args.options['conversation'] === true ? 'conversation' : 'message' });
    if (context.output.json) context.output.document(rows);
    else for (const row of rows) context.output.print(`${safe(row.table)}\n${row.columns.map((column, index) => `  ${safe(column)}: ${safe(row.cells[index]?.text ?? 'NULL')}`).join('\n')}`);
    return 0;
  } },
  reveal: { usage: 'LIBRARY KEY --reason TEXT', summary: 'a message or a conversation with its personal data; the reason goes to the audit', async run(context) {
    const { id: library } = await openLibrary(context, positional(context.args, 0, 'The library'));
    const found = await context.call('conversations/reveal', { library, key: positional(context.args, 1, 'The key'), kind: context.args.options['conversation'] === true ? 'conversation' : 'message', reason: required(context.args, 'reason') });
    if (context.output.json) context.output.document(found);
    else context.output.print('message' in found ? messageText(context.speech, found.message) : conversationsText(context.speech, [found.conversation]));
    return 0;
  } },
  stats: { usage: 'LIBRARY [QUERY]', summary: 'by day, role, model, user and operation', async run(context) {
    const input = await asked(context);
    const found = await context.call('conversations/stats', input);
    assertUnderstood(input.query, found.diagnostics);
    if (context.output.json) context.output.document(found);
    else context.output.print(statisticsText(context.speech, found));
    return 0;
  } },
  export: exportVerb(asked, (context) => choice(context.args, 'as', ['json', 'ndjson', 'csv', 'markdown', 'html'] as const)),
  ...changeVerbs,
}, options);
