import { open, rm } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { AuditCheck, Profile } from '../../../shared/model/guard.ts';
import { positional, text, wholeNumber } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { oneLine } from './conversation-text.ts';
import { openLibrary } from './library-argument.ts';
import { readSecret } from './read-secret.ts';
import type { Speech } from './speech.ts';
import { commandOf } from './verbs.ts';

function printProfile(context: CommandContext, profile: Profile): number {
  if (context.output.json) context.output.document(profile);
  else {
    const { say, count } = context.speech;
    context.output.print(`${profile.profile}, ${say(profile.masking ? 'personal data masked' : 'personal data shown')}, ${say('{{calls}} {{calls|call|calls}} allowed; the audit says {{who}}.', { calls: count(profile.calls.length), who: profile.who })}`);
  }
  return 0;
}

function checkText({ say, count }: Speech, { intact, lines, unchained, problems }: AuditCheck): string {
  if (!intact) return problems.map(({ kind, seq }) => (seq === null ? say(kind) : say('{{problem}} at line {{line}}', { problem: say(kind), line: count(seq) }))).join('\n');
  const checked = { lines: count(lines), older: count(unchained) };
  return unchained === 0 ? say('Intact: {{lines}} {{lines|line|lines}}.', checked) : say('Intact: {{lines}} {{lines|line|lines}}, {{older}} of them older than the chain.', checked);
}

export const profileCommand: Command = commandOf('profile', 'Who may do what: the support profile, and the database role that goes with it', {
  show: { usage: '', summary: 'the profile in force', run: async (context) => printProfile(context, await context.call('profile/get', {})) },
  support: { usage: '', summary: 'enter the support profile; a passphrase to leave it is asked for the first time', async run(context) {
    const { hasPassphrase } = await context.call('profile/get', {});
    const passphrase = hasPassphrase ? undefined : await readSecret(`${context.speech.say('New passphrase:')} `);
    return printProfile(context, await context.call('profile/enter', { profile: 'support', ...(passphrase === undefined ? {} : { passphrase }) }));
  } },
  leave: { usage: '', summary: 'leave the support profile with its passphrase', run: async (context) => printProfile(context, await context.call('profile/leave', { passphrase: await readSecret(`${context.speech.say('Passphrase:')} `) })) },
  'role-sql': { usage: 'LIBRARY ROLE', summary: 'SQL for a database role that may read the library’s tables and nothing else', async run(context) {
    const library = await openLibrary(context, positional(context.args, 0, 'The library'));
    const plan = await context.call('profile/role-sql', { library: library.id, role: positional(context.args, 1, 'The role') });
    if (context.output.json) context.output.document(plan);
    else context.output.print(plan.statements.map(({ sql, why }) => `-- ${context.speech.told(why, 'role.')}\n${sql};`).join('\n'));
    return 0;
  } },
}, {});

export const auditCommand: Command = commandOf('audit', 'Who did what', {
  list: { usage: '[--limit N]', summary: 'newest first', async run(context) {
    const page = await context.call('audit/list', { limit: Math.min(500, wholeNumber(context.args, 'limit') ?? 50) });
    if (context.output.json) context.output.document(page);
    else context.output.print(context.speech.table(['', 'at', 'who', 'call', 'outcome', 'detail'], page.rows.map((row) => [row.seq, row.at.slice(0, 19), oneLine(row.who, 30), row.call, row.outcome, oneLine(row.detail, 100)])));
    return 0;
  } },
  check: { usage: '', summary: 'prove that no line was changed, taken out, cut off or made anew; exit code 1 where one was', async run(context) {
    const found = await context.call('audit/check', {});
    if (context.output.json) context.output.document(found);
    else context.output.print(checkText(context.speech, found));
    return found.intact ? 0 : 1;
  } },
  export: { usage: '--out FILE', summary: 'the audit with its chain, as NDJSON (- is standard output)', async run(context) {
    const path = text(context.args, 'out') ?? '-';
    const file = path === '-' ? null : await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      throw new TravessiaError(error.code === 'EEXIST' ? 'FILE_EXISTS' : 'FILE_NOT_WRITABLE', { message: `Cannot write ${path}: ${error.message}.`, hint: 'Name a file that does not exist yet.', cause: error });
    });
    try {
      let after: string | undefined;
      let lines = 0;
      do {
        const page = await context.call('audit/export', after === undefined ? {} : { after });
        if (file !== null) await file.writeFile(page.text);
        else if (page.text !== '') context.output.raw(page.text);
        lines += page.text.split('\n').filter((line) => line !== '').length;
        after = page.next ?? undefined;
      } while (after !== undefined);
      if (file !== null && context.output.json) context.output.document({ file: path, lines });
      else if (file !== null) context.output.print(context.speech.say('{{path}}: {{lines}} {{lines|line|lines}}', { path, lines: context.speech.count(lines) }));
    } catch (error) {
      // Half of the audit is none.
      if (file !== null) await rm(path, { force: true });
      throw error;
    } finally {
      await file?.close();
    }
    return 0;
  } },
}, { limit: { type: 'string', summary: 'lines (default 50)', value: 'N' }, out: { type: 'string', summary: 'export: the file', value: 'FILE' } });
