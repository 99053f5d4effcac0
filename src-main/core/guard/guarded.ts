import { callNames, contract } from '../../../shared/contract/contract.ts';
import type { CallName, CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError, toErrorReply } from '../../../shared/contract/errors.ts';
import type { CallContext, Handlers } from '../../../shared/contract/handlers.ts';
import type { AuditEntry } from '../../store/index.ts';
import { auditDetail, type WrittenDown } from './audit-detail.ts';
import { createLooks } from './looks.ts';
import { auditedLook, isAllowed, neverUnseen } from './policy.ts';
import type { PolicyPorts } from './policy.ts';
import type { ProfileName } from './profile.ts';

export interface GuardedPorts extends PolicyPorts {
  profile(): Promise<ProfileName>;
  /** A job that the support profile started. */
  addOwnJob(id: string): Promise<void>;
  append(entry: AuditEntry): Promise<void>;
  /** Calls back with an error's code where the job does not come to its end. */
  onJobFailed(id: string, failed: (code: string) => Promise<void>): void;
  /** The database role a call is made with, where it is about a library on a server. */
  roleOf(input: object): Promise<string | null>;
  /** How the fields of a call's input are written down; undefined where they have no library. */
  written(name: CallName, input: object): Promise<WrittenDown | undefined>;
  /** The operating system's user. */
  readonly user: string;
  readonly now: () => number;
}

type Handler<N extends CallName> = (input: HandlerInput<N>, context: CallContext) => Promise<CallOutput<N>>;

export function notInProfile(name: string): TravessiaError {
  return new TravessiaError('NOT_IN_PROFILE', { message: `The support profile does not allow ${name}.`, hint: 'Leave the profile with its passphrase, or ask a DBA.' });
}

/** Tests and the core's own parts call a handler without saying who. */
const host = (context: CallContext | undefined): string => context?.who ?? 'core';

/**
 * All handlers behind the profile in force and with the audit: the one place where both are done, whatever the host. A refused call never
 * reaches its handler. A read that is audited is answered only once its line is written; a change that was made is not undone by an audit that cannot be written.
 * What `neverUnseen` names asks for its line before it hands anything out. A job that fails has a line of its own, since the first says that it began.
 */
export function guarded<H extends Handlers>(handlers: H, ports: GuardedPorts): H & Handlers {
  const all: Handlers = handlers;
  const looks = createLooks(ports.now);

  function wrap<N extends CallName>(name: N): Handler<N> {
    const handler: Handler<N> = all[name];
    return async (input, context): Promise<CallOutput<N>> => {
      let whole: object = input;
      const roleOf = async (): Promise<string> => {
        const role = await ports.roleOf(whole).catch(() => null);
        return `${ports.user} (${host(context)}${role === null ? '' : `, ${role}`})`;
      };
      const who = await roleOf();
      const append = async (outcome: string): Promise<void> => ports.append({
        at: new Date(ports.now()).toISOString(), who: whole === input ? who : await roleOf(), call: name, detail: auditDetail(whole, await ports.written(name, whole).catch(() => undefined)), outcome,
      });
      const isSupport = (await ports.profile()) === 'support';
      if (isSupport && !(await isAllowed(name, input, ports))) {
        await append('NOT_IN_PROFILE').catch(() => undefined);
        throw notInProfile(name);
      }
      const isRead = contract[name].kind === 'read';
      const look = isRead ? auditedLook(name, input) : null;
      const isAudited = isRead ? look !== null && !looks.isWritten(who, name, look) : true;
      let begun: Promise<void> | undefined;
      const line = (): Promise<void> => (begun ??= append('ok'));
      const about = (library: string): void => void (whole = { ...input, library });
      let value: CallOutput<N>;
      try {
        value = await handler(input, { who, about, ...(isAudited ? { line } : {}) });
      } catch (error) {
        if (isAudited) await append(toErrorReply(error).code).catch(() => undefined);
        throw error;
      }
      const jobId = typeof value === 'object' && value !== null && 'jobId' in value && typeof value.jobId === 'string' ? value.jobId : null;
      if (isSupport && jobId !== null) await ports.addOwnJob(jobId);
      if (isAudited) {
        const written = line();
        if (jobId !== null) ports.onJobFailed(jobId, append);
        await (isRead || neverUnseen.has(name) ? written : written.catch(() => undefined));
        if (look !== null) looks.note(who, name, look);
      }
      return isSupport ? narrowed(name, value) : value;
    };
  }

  /** What an allowed call answers besides what the profile may know. */
  async function narrowed<N extends CallName>(name: N, value: CallOutput<N>): Promise<CallOutput<N>> {
    const rows: unknown = value;
    if (name !== 'jobs/list' || !Array.isArray(rows)) return value;
    const own = await Promise.all(rows.map((row: CallOutput<'jobs/list'>[number]) => ports.isOwnJob(row.id)));
    return rows.filter((_, at) => own[at] === true) as CallOutput<N>;
  }

  return Object.fromEntries(callNames.map((name) => [name, wrap(name)])) as unknown as H & Handlers;
}
