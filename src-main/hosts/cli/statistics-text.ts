import type { Statistics } from '../../../shared/model/conversation.ts';
import { oneLine } from './conversation-text.ts';
import type { Speech } from './speech.ts';
import type { Sentence } from './texts/index.ts';

/** Days in the table: a month. */
const daysShown = 31;

const about = {
  found: '', period: 'Of all operations in this period, whatever else the search asks:', all: 'Of all operations, whatever the search asks:',
} as const satisfies Readonly<Record<Statistics['operationsOf'], Sentence | ''>>;

/** Sums for a terminal: what they are of, what is estimated and what is left out is said beside them. */
export function statisticsText({ say, count, table }: Speech, found: Statistics): string {
  const ms = (value: number | null): string => (value === null ? '' : `${count(value.toFixed(0))} ms`);
  const tokens = (value: number | null): string => (value === null ? '' : count(value));
  const least = (is: boolean, value: number): string => `${is ? '≥ ' : ''}${count(value)}`;
  const { atLeast, days, operations } = found;
  const heading = about[found.operationsOf];
  const sums = found.inputTokens === null && found.outputTokens === null ? '' : `, ${say('{{input}} + {{output}} tokens', { input: tokens(found.inputTokens), output: tokens(found.outputTokens) })}`;
  const parts = [`${say('{{conversations}} {{conversations|conversation|conversations}}, {{messages}} {{messages|message|messages}}', { conversations: least(atLeast.conversations, found.conversations), messages: count(found.messages) })}${found.estimated ? ` (${say('estimated')})` : ''}${sums}`];
  const add = (headings: readonly Sentence[], rows: readonly (readonly (string | number)[])[], said: readonly string[] = []): void => {
    if (rows.length > 0) parts.push([...said, table(headings, rows)].join('\n'));
  };
  add(['day', 'conversations', 'messages', 'errors'], days.slice(-daysShown).map((each) => [each.day, least(atLeast.parts, each.conversations), count(each.messages), count(each.errors)]),
    days.length > daysShown ? [say('The last {{shown}} of {{days}} days; --format json has them all.', { shown: daysShown, days: count(days.length) })] : []);
  add(['role', 'messages'], found.roles.map((each) => [oneLine(each.role, 40), count(each.messages)]));
  add(['model', 'messages', 'input', 'output'], found.models.map((each) => [oneLine(each.model, 40), count(each.messages), tokens(each.inputTokens), tokens(each.outputTokens)]));
  add(['user', 'conversations', 'messages'], found.users.map((each) => [oneLine(each.user, 40), least(atLeast.parts, each.conversations), count(each.messages)]));
  add(['operation', 'count', 'average', 'p50', 'p95', 'errors'], operations.map((each) => [oneLine(each.operation, 40), count(each.count), ms(each.averageMs), ms(each.p50Ms), ms(each.p95Ms), count(each.errors)]),
    heading === '' ? [] : [say(heading)]);
  return parts.join('\n\n');
}
