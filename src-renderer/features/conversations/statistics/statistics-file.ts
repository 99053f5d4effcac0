import type { Statistics } from '../../../../shared/model/conversation.ts';

type Value = string | number | null;

/** A row beginning with what a spreadsheet would take for a formula is given as text. */
function cell(value: Value): string {
  if (value === null) return '';
  const text = String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** All sums as one table of four columns: what is summed, of what, which figure, its value. */
export function statisticsCsv(statistics: Statistics): string {
  const rows: Value[][] = [['group', 'name', 'figure', 'value']];
  const add = (group: string, name: string, figures: Readonly<Record<string, Value>>): void => {
    for (const [figure, value] of Object.entries(figures)) rows.push([group, name, figure, value]);
  };
  const { conversations, messages, inputTokens, outputTokens, atLeast, estimated, operationsOf } = statistics;
  const counted = (least: boolean, value: number): Record<string, Value> => (least ? { conversationsAtLeast: value } : { conversations: value });
  add('all', '', { ...counted(atLeast.conversations, conversations), messages, inputTokens, outputTokens, estimated: String(estimated), operationsOf });
  for (const { day, conversations: each, ...figures } of statistics.days) add('day', day, { ...counted(atLeast.parts, each), ...figures });
  for (const { role, ...figures } of statistics.roles) add('role', role, figures);
  for (const { model, ...figures } of statistics.models) add('model', model, figures);
  for (const { user, conversations: each, ...figures } of statistics.users) add('user', user, { ...counted(atLeast.parts, each), ...figures });
  for (const { operation, ...figures } of statistics.operations) add('operation', operation, figures);
  return `${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
