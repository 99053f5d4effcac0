import type { CallName, HandlerInput } from '../../../shared/contract/contract.ts';

/** What a rule may ask about besides the call's input. */
export interface PolicyPorts {
  /** Started under the support profile. */
  isOwnJob(id: string): Promise<boolean>;
}

interface Rule<N extends CallName> {
  readonly why: string;
  /** Absent: whatever the input. */
  readonly when?: (input: HandlerInput<N>, ports: PolicyPorts) => boolean | Promise<boolean>;
}

const ownSettings = new Set(['language', 'theme', 'density', 'tourDone']);
const reading = { why: 'reads conversations; the view masks them' };

/**
 * The calls of the support profile. A call that is not here is refused, and so is every call that is yet to be written.
 *
 * Refused for good reason: `connections/*`, `files/*`, `browse/*` and `assess/*` read any database or folder; `projects/*`, `plans/*`, `runs/*`, `verify/*`,
 * `evidence/*`, `templates/*`, `sample/*` and `server/*` are the migration's; `libraries/detect` and `preview` open what nobody granted, `add`, `edit`, `remove`,
 * `index-plan` and `index` change how a database is read or the database itself; `conversations/change-plan`, `change` and `kept` change or show rows
 * as they were; `replicas/create`, `rekey` and `revoke` decide what leaves, what opens it and what is lost; `profile/enter` would set a passphrase; `profile/role-sql` and `audit/*` are
 * the DBA's: whoever is watched does not look into the log. `app/sizes` tells of the machine.
 */
export const supportCalls: { readonly [N in CallName]?: Rule<N> } = {
  'app/info': { why: 'version and state of the console; the window cannot start without' },
  'profile/get': { why: 'says what is allowed' },
  'profile/leave': { why: 'takes the passphrase' },
  'settings/get': { why: 'language and appearance; nothing in the settings is secret' },
  'settings/set': { why: 'language, appearance and the tour only: masking and limits are the DBA\'s', when: (input) => Object.entries(input).every(([name, value]) => value === undefined || ownSettings.has(name)) },
  'libraries/list': { why: 'what may be read; sources are named without passwords' },
  'libraries/refresh': { why: 'reads what was granted into the console\'s own masked copy; without it support would read yesterday\'s words' },
  'conversations/list': reading,
  'conversations/names': reading,
  'conversations/get': reading,
  'conversations/messages': reading,
  'conversations/message': reading,
  'conversations/timeline': reading,
  'conversations/raw': reading,
  'conversations/search': reading,
  'conversations/count': reading,
  'conversations/step': reading,
  'conversations/stats': reading,
  'conversations/reveal': { why: 'with a reason, and never without a line of the audit' },
  'conversations/export': { why: 'what is seen may be exported, masked as it is seen' },
  'conversations/exported': { why: 'files of exports made under this profile: a DBA\'s may be unmasked', when: (input, { isOwnJob }) => isOwnJob(input.jobId) },
  'replicas/list': { why: 'what can be read offline, and how old it is' },
  'replicas/refresh': { why: 'brings masked copies of what was granted up to date' },
  'jobs/list': { why: 'shows only its own' },
  'jobs/get': { why: 'only its own', when: (input, { isOwnJob }) => isOwnJob(input.id) },
  'jobs/log': { why: 'only its own', when: (input, { isOwnJob }) => isOwnJob(input.id) },
  'jobs/cancel': { why: 'only its own', when: (input, { isOwnJob }) => isOwnJob(input.id) },
};

/** Whether the support profile may make a call with an input that its schema let through. */
export async function isAllowed<N extends CallName>(name: N, input: HandlerInput<N>, ports: PolicyPorts): Promise<boolean> {
  const rule: Rule<N> | undefined = Object.hasOwn(supportCalls, name) ? supportCalls[name] : undefined;
  return rule !== undefined && (rule.when === undefined || (await rule.when(input, ports)));
}

/** What a read that is written down looks at. */
export interface Look {
  /** Whose words: the same within a minute is the same look, and further pages of it belong to it. */
  readonly at: readonly unknown[];
  /** From where: elsewhere in the same thread is another look. */
  readonly from?: unknown;
  /** A page after the first. */
  readonly isFurther: boolean;
}

const look = (at: readonly unknown[], isFurther = false): Look => ({ at, isFurther });
const searched = ({ library, query, zone }: { readonly library: string; readonly query: string; readonly zone?: string | undefined }, isFurther = false): Look => look([library, query, zone], isFurther);
const opened = ({ library, key }: { readonly library: string; readonly key: string }): Look => look([library, key]);

/** Reads that are written down: who saw whose words, and who took them away. null: nothing that needs to be. */
const auditedReads: { readonly [N in CallName]?: (input: HandlerInput<N>) => Look | null } = {
  'conversations/get': opened,
  'conversations/messages': ({ library, conversation, from }) => ({ at: [library, conversation], from, isFurther: typeof from === 'object' && ('after' in from || 'before' in from) }),
  'conversations/message': opened,
  'conversations/timeline': ({ library, conversation }) => look([library, conversation]),
  'conversations/raw': ({ library, kind, key }) => look([library, kind, key]),
  'conversations/list': (input) => searched(input, input.after !== undefined),
  'conversations/names': ({ library, text }) => (text.trim() === '' ? null : look([library, text])),
  'conversations/search': (input) => searched(input, input.after !== undefined),
  'conversations/count': (input) => searched(input),
  'conversations/step': (input) => searched(input, input.after !== undefined),
  'conversations/stats': (input) => searched(input),
  'conversations/exported': ({ jobId, offset }) => look([jobId], offset !== 0),
  'libraries/preview': (input) => look([input]),
  'audit/export': ({ after }) => look([], after !== undefined),
};

/** null where a call is not written down as a read. */
export function auditedLook<N extends CallName>(name: N, input: HandlerInput<N>): Look | null {
  const rule: ((input: HandlerInput<N>) => Look | null) | undefined = Object.hasOwn(auditedReads, name) ? auditedReads[name] : undefined;
  return rule?.(input) ?? null;
}

/** Calls of kind write that hand out words: without a line in the audit nothing of them is given. */
export const neverUnseen: ReadonlySet<CallName> = new Set<CallName>(['conversations/reveal', 'conversations/export']);
