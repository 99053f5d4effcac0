import type { Statistics } from '../../../shared/model/conversation.ts';
import { oneLine } from './conversation-text.ts';
import { count, table } from './output.ts';

/** Days in the table: a month. */
const daysShown = 31;

const ms = (value: number | null): string => (value === null ? '' : `${value.toFixed(0)} ms`);
const tokens = (value: number | null): string => (value === null ? '' : count(value));

const about: Readonly<Record<Statistics['operationsOf'], string>> = {
  found: '', period: 'Of all operations in this period, whatever else the search asks:', all: 'Of all operations, whatever the search asks:',
};

/** Sums for a terminal: what they are of, what is estimated and what is left out is said beside them. */
export function statisticsText(found: Statistics): string {
  const least = (is: boolean, value: number): string => `${is ? '≥ ' : ''}${count(value)}`;
  const { atLeast, days, operations } = found;
  const sums = found.inputTokens === null && found.outputTokens === null ? '' : `, ${tokens(found.inputTokens)} + ${tokens(found.outputTokens)} tokens`;
  const parts = [`${least(atLeast.conversations, found.conversations)} conversations, ${count(found.messages)} messages${found.estimated ? ' (estimated)' : ''}${sums}`];
  const add = (headings: readonly string[], rows: readonly (readonly (string | number)[])[], said: readonly string[] = []): void => {
    if (rows.length > 0) parts.push([...said, table(headings, rows)].join('\n'));
  };
  add(['day', 'conversations', 'messages', 'errors'], days.slice(-daysShown).map((each) => [each.day, least(atLeast.parts, each.conversations), count(each.messages), count(each.errors)]),
    days.length > daysShown ? [`The last ${daysShown} of ${count(days.length)} days; --format json has them all.`] : []);
  add(['role', 'messages'], found.roles.map((each) => [oneLine(each.role, 40), count(each.messages)]));
  add(['model', 'messages', 'input', 'output'], found.models.map((each) => [oneLine(each.model, 40), count(each.messages), tokens(each.inputTokens), tokens(each.outputTokens)]));
  add(['user', 'conversations', 'messages'], found.users.map((each) => [oneLine(each.user, 40), least(atLeast.parts, each.conversations), count(each.messages)]));
  add(['operation', 'count', 'average', 'p50', 'p95', 'errors'], operations.map((each) => [oneLine(each.operation, 40), count(each.count), ms(each.averageMs), ms(each.p50Ms), ms(each.p95Ms), count(each.errors)]),
    about[found.operationsOf] === '' ? [] : [about[found.operationsOf]]);
  return parts.join('\n\n');
}
