/**
 * Runs that a target knows and this console does not: its data folder was lost, or another console began them. The journal in the target is the
 * truth about a run, and holds its plan; all that the console keeps besides is the copy of the sources.
 */
import { z } from 'zod';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { runStateSchema, type Run, type TargetRun } from '../../../shared/model/run.ts';
import { embeddedNames } from '../../drivers/embedded-postgres/index.ts';
import { isPgliteData } from '../../drivers/pglite/index.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import { assertOwnJournal } from '../load/index.ts';
import { schemasOf, stagingPlacement } from '../plan/plan-sql.ts';
import { assertNotOwned, journalDetailSchema, ownerOf, readJournal, resultOf, type JournalRun } from './journal-record.ts';
import { openTarget } from './open-target.ts';
import type { OpenSession } from './ports.ts';
import { getRun } from './service.ts';
import { nextSteps, settled } from './settled.ts';
import { noteTaken } from './source-snapshot.ts';
import { scalar } from './sql.ts';

/** Of a plan what a list shows: journals of other versions of the program may hold plans that this one cannot read. */
const tablesSchema = z.object({ tables: z.array(z.object({ include: z.boolean() })) });
const sourcesSchema = journalDetailSchema.pick({ sources: true });

const utc = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Opening an embedded server or a PGlite folder makes what is not there: nobody who asks what is in it means that. */
async function assertThere(deps: CoreDeps, reference: string): Promise<void> {
  const ref = parseDatabase(reference);
  if (ref.kind === 'saved') {
    const location = (await deps.connections.find(ref.name))?.connection.location;
    if (location !== undefined) await assertThere(deps, location);
  } else if ((ref.kind === 'embedded' && !embeddedNames(deps.folders.servers).includes(ref.name)) || (ref.kind === 'pglite' && !isPgliteData(ref.path))) {
    throw new TravessiaError('NOT_FOUND', { message: `There is no database at ${reference}.`, hint: 'Check its name. Where it lay in the data folder that was lost, it is lost with it.' });
  }
}

/** Reads the journal of a target; nothing is changed. `none` where it has no journal. */
async function inJournal<T>(deps: CoreDeps, reference: string, none: T, read: (session: OpenSession) => Promise<T>): Promise<T> {
  await assertThere(deps, reference);
  const target = await openTarget(deps, reference);
  try {
    await using session = await target.open({ applicationName: 'travessia', readOnly: true });
    if ((await scalar(session, `SELECT to_regclass('travessia.runs')::text`)) === null) return none;
    await assertOwnJournal(session);
    return await read(session);
  } finally {
    await target.release();
  }
}

/**
 * Runs that a target's journal knows, newest first.
 * @throws TravessiaError NOT_FOUND where there is no such database, TARGET_EXISTS where its schema `travessia` is another program's; those of opening it
 */
export async function runsInTarget(deps: CoreDeps, reference: string): Promise<TargetRun[]> {
  const known = new Set((await deps.store.runs.list()).map(({ id }) => id));
  return inJournal<TargetRun[]>(deps, reference, [], async (session) => {
    const { rows } = await session.query(
      `SELECT run, state, fence, updated_at::text AS updated_at, ${utc('created_at')} AS created, ${utc('updated_at')} AS updated, plan::text AS plan, detail::text AS detail
       FROM travessia.runs ORDER BY created_at DESC, run`,
    );
    return Promise.all(rows.map(async (row): Promise<TargetRun> => {
      const busy = (await ownerOf(session, { run: row['run'] ?? '', fence: row['fence'] ?? null, updatedAt: row['updated_at'] ?? '' })) !== null;
      return {
        id: row['run'] ?? '',
        state: settled({ state: runStateSchema.parse(row['state']), next: [], rehearsal: false, error: null }, busy).state,
        createdAt: row['created'] ?? '',
        updatedAt: row['updated'] ?? '',
        sources: sourcesSchema.parse(JSON.parse(row['detail'] ?? '{}')).sources.map(({ path }) => path),
        tables: tablesSchema.parse(JSON.parse(row['plan'] ?? '{}')).tables.filter(({ include }) => include).length,
        busy,
        known: known.has(row['run'] ?? ''),
      };
    }));
  });
}

/**
 * Makes the console know a run by what its target says of it; nothing is changed there. It can be completed and rolled back then as by the
 * console that began it, and resumed while its sources are as they were when their copies were taken.
 * @throws TravessiaError ALREADY_EXISTS, NOT_FOUND, RUN_BUSY where a program works on it; those of `runsInTarget`
 */
export async function takeOver(deps: CoreDeps, id: string, reference: string): Promise<Run> {
  const taken = await deps.store.runs.get(id);
  if (taken !== null) throw new TravessiaError('ALREADY_EXISTS', { message: `This console knows run ${id} already.`, hint: `See it with: travessia show ${id}` });
  const found = await inJournal<{ readonly journal: JournalRun; readonly created: string } | null>(deps, reference, null, async (session) => {
    const journal = await readJournal(session, id);
    if (journal === null) return null;
    await assertNotOwned(session, journal);
    return { journal, created: (await scalar(session, `SELECT ${utc('created_at')} FROM travessia.runs WHERE run = $1`, [id])) ?? '' };
  });
  if (found === null) throw new TravessiaError('NOT_FOUND', { message: `The target has no journal of run ${id}.`, hint: 'It was completed or rolled back already, or the target is another one.' });
  const { journal, created } = found;
  const { plan, detail } = journal;
  if ((await deps.store.plans.get(plan.id, plan.version)) === null) await deps.store.plans.put(plan, 'plan.note.taken-over');
  for (const { database, fingerprint } of detail.sources) if (fingerprint !== undefined) await noteTaken(deps.folders.runSnapshot(id, database), fingerprint);
  const state = runStateSchema.parse(journal.state);
  const updatedAt = new Date(journal.updatedAt).toISOString();
  await deps.store.runs.put({
    id, projectId: null, planId: plan.id, planVersion: plan.version, state, rehearsal: false,
    target: await deps.targetSecrets.keep(reference), sources: detail.sources.map(({ path }) => path),
    stagingSchema: schemasOf(plan).map(stagingPlacement(plan, id)).join(','), keptSchema: null, createdAt: created, updatedAt,
    verifiedAt: detail.result === undefined || detail.result.status === 'differences' ? null : updatedAt,
    jobId: null, maxRejects: plan.options.maxRejects, result: resultOf(detail), error: null, progress: [], next: nextSteps(state, false),
  });
  deps.emit({ type: 'changed', noun: 'runs', id });
  return getRun(deps, id);
}
