/** profile and audit: who may do what, and what was done. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { callNames } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import { defined } from '../defined.ts';
import type { CoreDeps } from '../deps.ts';
import type { AuditLog } from './audit-log.ts';
import { supportCalls } from './policy.ts';
import type { ProfileState } from './profile.ts';
import { searchTables } from '../conversations/postgres/index.ts';
import { roleFacts, roleSql, tablesOf } from './role-sql.ts';

export interface GuardHandlerPorts {
  readonly profile: ProfileState;
  readonly log: AuditLog;
  readonly user: string;
}

const pageOfLines = 500;

function position(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new TravessiaError('INVALID_INPUT', { message: `"${text.slice(0, 40)}" is not a position in this list.` });
  return value;
}

export function guardHandlers(deps: CoreDeps, { profile, log, user }: GuardHandlerPorts) {
  async function shown(): Promise<CallOutput<'profile/get'>> {
    const current = await profile.current();
    const [hasPassphrase, settings] = await Promise.all([profile.hasPassphrase(), deps.store.settings.all()]);
    return {
      profile: current, hasPassphrase, calls: current === 'dba' ? [...callNames] : callNames.filter((name) => Object.hasOwn(supportCalls, name)),
      masking: current === 'support' || settings.masking, who: user,
    };
  }
  return {
    'profile/get': (): Promise<CallOutput<'profile/get'>> => shown(),
    async 'profile/enter'(input: HandlerInput<'profile/enter'>): Promise<CallOutput<'profile/enter'>> {
      await profile.enter(input.passphrase);
      return shown();
    },
    async 'profile/leave'(input: HandlerInput<'profile/leave'>): Promise<CallOutput<'profile/leave'>> {
      await profile.leave(input.passphrase);
      return shown();
    },
    async 'profile/role-sql'(input: HandlerInput<'profile/role-sql'>): Promise<CallOutput<'profile/role-sql'>> {
      const library = await deps.libraries.get(input.library);
      if (library.kind !== 'postgres') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${library.name}" is not on a PostgreSQL server: it has no roles.`, hint: 'Rights on a file are given by the operating system.' });
      const tables = tablesOf(library.mapping);
      const port = await deps.libraries.port(input.library);
      if (port !== null) {
        const all = [...tables, ...(await searchTables(port, library.mapping))];
        return roleSql(input.role, all, await roleFacts((sql) => port.rows(sql), all));
      }
      // Read from the console's copy: the server is asked all the same.
      const session = await deps.libraries.writer(input.library);
      try {
        return roleSql(input.role, tables, await roleFacts(async (sql) => (await session.query(sql)).rows, tables));
      } finally {
        await session.close();
      }
    },

    async 'audit/list'({ after, limit, ...filter }: HandlerInput<'audit/list'>): Promise<CallOutput<'audit/list'>> {
      const rows = await deps.store.audit.page({ ...defined(filter), ...(after === undefined ? {} : { before: position(after) }), limit: limit + 1 });
      return { rows: rows.slice(0, limit), next: rows.length > limit ? String(rows[limit - 1]?.seq ?? 0) : null };
    },
    'audit/check': (): Promise<CallOutput<'audit/check'>> => log.check(),
    async 'audit/export'({ after }: HandlerInput<'audit/export'>): Promise<CallOutput<'audit/export'>> {
      const lines = await deps.store.audit.lines(after === undefined ? 0 : position(after), pageOfLines);
      return { text: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), next: lines.length < pageOfLines ? null : String(lines.at(-1)?.seq ?? 0) };
    },
    async 'audit/anchor'({ reason }: HandlerInput<'audit/anchor'>, context: CallContext): Promise<CallOutput<'audit/anchor'>> {
      const { problems } = await log.check();
      await log.restart({ at: new Date(deps.now()).toISOString(), who: context.who, call: 'audit/anchor', detail: JSON.stringify({ reason: reason.slice(0, 200), accepted: problems }), outcome: 'ok' });
      return { done: true };
    },
  };
}
