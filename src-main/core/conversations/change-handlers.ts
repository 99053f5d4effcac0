/** What a DBA may do to conversations: delete, rename, rewrite, purge, undo. */
import { randomBytes } from 'node:crypto';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import type { KeptChange } from '../../../shared/model/conversation-work.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import type { LibraryKeys } from './keys/index.ts';
import { createShownValue, shownTitle } from './change-values.ts';
import { countsOf, hashOf, listKept, look, perform, performPurge, planDelete, planForget, planPurge, planRename, planRewrite, planUndo, shownPlan, withValues, type ChangePlan, type DeletionPlan } from './change/index.ts';

type Change = HandlerInput<'conversations/change-plan'>['change'];

/** A change that was shown and may be approved. */
interface Shown {
  readonly library: string;
  readonly change: Change;
  readonly kept: { readonly id: string; readonly who: string };
  /** Of a purge: the moment before which things were deleted, fixed when it was shown. */
  readonly cutoff: string;
  readonly hash: string;
  readonly rows: string;
  readonly at: number;
}

/** What was shown waits this long for its approval, in milliseconds, and at most so many wait at once. */
const patience = 60 * 60 * 1000;
const most = 200;

/** @throws TravessiaError UNSUPPORTED_SOURCE with the reason */
function assertChangeable(library: Library): void {
  if (library.kind === 'postgres') return;
  throw new TravessiaError('UNSUPPORTED_SOURCE', library.kind === 'replica'
    ? { message: `"${library.name}" is an offline replica, a masked copy: it is never changed by hand.`, hint: 'Change the conversation in the library it was copied from, and refresh the replica.' }
    : { message: `Conversations of "${library.name}" cannot be changed here: its file belongs to a program that may have it open, and nothing in it could keep the rows as they were.`, hint: 'Change it in its own program. Changes with a way back are offered for PostgreSQL.' });
}

function prepare(session: PgSession, library: Library, shown: Pick<Shown, 'change' | 'kept' | 'cutoff'>): Promise<ChangePlan> {
  const { change, kept, cutoff } = shown;
  switch (change.kind) {
    case 'delete': return planDelete(session, library.mapping, change.conversation, kept);
    case 'rename': return planRename(session, library.mapping, change.conversation, change.title, kept);
    case 'rewrite': return planRewrite(session, library.mapping, change.message, change.text, kept);
    case 'purge': return planPurge(session, library.mapping, cutoff, kept);
    case 'undo': return planUndo(session, change.kept);
    case 'forget': return planForget(session, change.kept);
  }
}

/** A change as the database is asked for it: keys as its rows have them. */
function opened(change: Change, { open }: LibraryKeys): Change {
  switch (change.kind) {
    case 'delete': case 'rename': return { ...change, conversation: open(change.conversation) };
    case 'rewrite': return { ...change, message: open(change.message) };
    default: return change;
  }
}

/** As for every call: a key in clear that holds personal data is taken from those only who see such data. @throws NOT_FOUND */
function assertNotTyped(change: Change, keys: LibraryKeys): void {
  const isClear = 'conversation' in change ? keys.isPersonal(change.conversation, 'conversation') : 'message' in change && keys.isPersonal(change.message, 'message');
  if (isClear) throw new TravessiaError('NOT_FOUND', { message: 'There is no such conversation or message.', hint: 'Open it from a list or by its link: a key that holds personal data is not taken as it is typed.' });
}

/** Key of what a change is about, as it is shown. */
function subjectOf(change: Change, { seal }: LibraryKeys): string {
  switch (change.kind) {
    case 'delete': case 'rename': return seal(change.conversation, 'conversation').slice(0, 80);
    case 'rewrite': return seal(change.message, 'message').slice(0, 80);
    case 'purge': return `${change.days} days`;
    case 'undo': case 'forget': return change.kept;
  }
}

export function changeHandlers(deps: Pick<CoreDeps, 'libraries' | 'guard' | 'jobs' | 'emit' | 'now'>) {
  const waiting = new Map<string, Shown>();

  const open = async (id: string): Promise<{ library: Library; session: PgSession }> => {
    const library = await deps.libraries.get(id);
    assertChangeable(library);
    return { library, session: await deps.libraries.writer(id) };
  };

  const work = async (shown: Shown, context: JobContext): Promise<string> => {
    const { library, session } = await open(shown.library);
    try {
      context.update({ phase: shown.change.kind });
      const approval = { hash: shown.hash, rows: shown.rows, signal: context.signal };
      if (shown.change.kind === 'purge') {
        const prepared = (): Promise<DeletionPlan> => planPurge(session, library.mapping, shown.cutoff, shown.kept);
        await performPurge(session, { ...approval, prepare: prepared, keptId: shown.kept.id, onProgress: (rows, rowsTotal) => context.update({ rows, rowsTotal, progress: rowsTotal === 0 ? null : Math.min(1, rows / rowsTotal) }) });
      } else {
        const plan = await perform(session, { ...approval, prepare: () => prepare(session, library, shown) });
        context.update({ rows: plan.counts.reduce((sum, { rows }) => sum + rows, 0) });
      }
      return shown.kept.id;
    } finally {
      await session.close();
      deps.emit({ type: 'changed', noun: 'libraries', id: shown.library });
    }
  };

  return {
    async 'conversations/change-plan'(input: HandlerInput<'conversations/change-plan'>, context: CallContext): Promise<CallOutput<'conversations/change-plan'>> {
      const { library, session } = await open(input.library);
      try {
        const days = input.change.kind === 'purge' ? input.change.days : 0;
        const [keys, masker] = [await deps.libraries.keys(input.library), await deps.guard.masker()];
        if (masker.active) assertNotTyped(input.change, keys);
        const shown = { change: opened(input.change, keys), kept: { id: randomBytes(5).toString('hex'), who: context.who }, cutoff: new Date(deps.now() - days * 86_400_000).toISOString() };
        const plan = await look(session, () => prepare(session, library, shown));
        // Stands in the audit when it is approved: what was changed, not only that something was.
        const id = `${input.change.kind} ${subjectOf(input.change, keys)} ${randomBytes(9).toString('base64url')}`;
        const at = deps.now();
        for (const [each, { at: since }] of waiting) if (at - since > patience || waiting.size >= most) waiting.delete(each);
        waiting.set(id, { ...shown, library: input.library, hash: hashOf(plan), rows: plan.rows, at });
        const value = masker.active ? createShownValue(library.mapping, shown.change, plan.title ?? null, keys, (text) => masker.mask(text)) : null;
        const statements = value === null ? plan.statements : withValues(plan.statements, value);
        return { id, masked: statements.some(({ sql }, index) => sql !== plan.statements[index]?.sql), ...shownPlan(plan, statements) };
      } finally {
        await session.close();
      }
    },
    async 'conversations/change'(input: HandlerInput<'conversations/change'>, { about }: CallContext): Promise<CallOutput<'conversations/change'>> {
      const shown = waiting.get(input.id);
      if (shown === undefined) throw new TravessiaError('NOT_FOUND', { message: 'There is no such change waiting for its approval.', hint: 'It may be too old: look at it again and approve what is shown then.' });
      about?.(shown.library);
      if (shown.hash !== input.hash) throw new TravessiaError('WRONG_STATE', { message: 'What was approved is not what was shown.', hint: 'Look at it again and approve what is shown now.' });
      const { name } = await deps.libraries.get(shown.library);
      waiting.delete(input.id);
      const job = deps.jobs.start({ kind: 'change', title: name, work: (context) => work(shown, context) });
      return { jobId: job.id };
    },
    async 'conversations/kept'(input: HandlerInput<'conversations/kept'>): Promise<CallOutput<'conversations/kept'>> {
      const library = await deps.libraries.get(input.library);
      if (library.kind !== 'postgres') return [];
      const session = await deps.libraries.writer(input.library);
      try {
        const masker = await deps.guard.masker();
        const keys = await deps.libraries.keys(input.library);
        const shown = (kind: KeptChange['kind'], title: string): string => (masker.active ? shownTitle(kind, title, library.mapping, keys, (text) => masker.mask(text)) : title);
        return (await listKept(session)).map(({ id, at, who, kind, title, steps, undone }) => ({ id, at, who, kind, title: shown(kind, title), counts: countsOf(steps), undone }));
      } finally {
        await session.close();
      }
    },
  };
}
