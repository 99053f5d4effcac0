import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { MendedValue, Reject } from '../../../shared/model/run.ts';
import type { TypedValue } from '../../../shared/model/values.ts';
import { positional, required, text, texts, wholeNumber } from './arguments.ts';
import type { Command } from './command.ts';

/** Rows listed unless another number is asked for. */
const usualRows = 100;
/** Characters of a value in a list. */
const glance = 60;

function shown(value: TypedValue): string {
  if (value === null) return 'NULL';
  const [kind, whole] = value;
  const cut = whole.length > glance ? `${whole.slice(0, glance)}…` : whole;
  return kind === 'blob' || kind === 'text-hex' ? `x'${cut}'` : kind === 'text' ? JSON.stringify(cut) : cut;
}

function rejectLine({ id, source, table: name, key, column, code, row, mended }: Reject): string[] {
  const values = mended?.values.map((each) => `${each.column} = ${shown(each.value)}`).join(', ');
  return [id, `${source}.${name}`, key, `${column} = ${shown(row[column] ?? null)}`, values ?? code];
}

/** `COLUMN=VALUE` for a text, `COLUMN:integer=5` for another type. @throws TravessiaError USAGE */
export function parseMended(word: string): MendedValue {
  const [, column, kind = 'text', value] = /^(.+?)(?::(text|integer|real|blob))?=(.*)$/s.exec(word) ?? [];
  if (column === undefined || value === undefined) {
    throw new TravessiaError('USAGE', { message: `--set ${word} does not say which column holds what.`, hint: 'Write --set COLUMN=VALUE, or --set COLUMN:integer=5 (real, blob as hexadecimal digits); NULL is --null COLUMN.' });
  }
  switch (kind) {
    case 'integer': case 'real': case 'blob': return { column, value: [kind, value] };
    default: return { column, value: ['text', value] };
  }
}

export const rejectCommands: Readonly<Record<string, Command>> = {
  rejects: {
    usage: 'RUN [--mended]',
    words: 1,
    summary: 'Rejected rows of a run, each with its number',
    options: {
      mended: { type: 'boolean', summary: 'those that were mended, and what they hold now' },
      limit: { type: 'string', summary: 'rows listed (default 100)', value: 'N' },
      after: { type: 'string', summary: 'go on behind this number', value: 'NUMBER' },
    },
    async run(context) {
      const after = text(context.args, 'after');
      const page = await context.call('runs/rejects', {
        id: positional(context.args, 0, 'The run'), limit: wholeNumber(context.args, 'limit') ?? usualRows,
        ...(after === undefined ? {} : { after }), ...(context.args.options['mended'] === true ? { mended: true } : {}),
      });
      if (context.output.json) context.output.document(page);
      else {
        const { say, count, table } = context.speech;
        context.output.print(page.total === 0 ? say('None.') : table(['number', 'table', 'row', 'stopped by', context.args.options['mended'] === true ? 'now' : 'code'], page.rows.map(rejectLine)));
        if (page.next !== null) context.output.print(say('{{rows}} in all; go on with --after {{after}}', { rows: count(page.total), after: page.next }));
      }
      return 0;
    },
  },
  mend: {
    usage: 'RUN --reject NUMBER --set COLUMN=VALUE…',
    words: 1,
    summary: 'Give a rejected row other values and load it; the run still waits',
    options: {
      reject: { type: 'string', summary: 'its number, as “rejects” lists it', value: 'NUMBER' },
      set: { type: 'string', multiple: true, summary: 'a value: a text, or of another type', value: 'COLUMN[:integer|:real|:blob]=VALUE' },
      null: { type: 'string', multiple: true, summary: 'a column that becomes NULL', value: 'COLUMN' },
      alike: { type: 'boolean', summary: 'the same for every row of the table that this column stopped for the same reason' },
    },
    async run(context) {
      const id = positional(context.args, 0, 'The run');
      const values = [...texts(context.args, 'set').map(parseMended), ...texts(context.args, 'null').map((column): MendedValue => ({ column, value: null }))];
      if (values.length === 0) throw new TravessiaError('USAGE', { message: 'Nothing is to be changed.', hint: 'Say --set COLUMN=VALUE or --null COLUMN.' });
      const done = await context.call('runs/mend', { id, reject: required(context.args, 'reject'), values, ...(context.args.options['alike'] === true ? { alike: true } : {}) });
      if (context.output.json) context.output.document({ runId: id, ...done });
      else {
        const { say, count } = context.speech;
        context.output.print(say('{{rows}} {{rows|row|rows}} mended; rejected still: {{left}}. Go on with:  {{command}}', {
          rows: count(done.mended), left: count(done.left), command: `travessia resume ${id}${done.left === 0 ? '' : ` --max-rejects ${done.left}`}`,
        }));
      }
      return 0;
    },
  },
};
