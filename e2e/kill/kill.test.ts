/**
 * kill -9 of the program and of the server at random moments of a run through the built command line, and the sudden end of one of the
 * program's threads (a thread cannot be killed from outside alone; see end-threads.ts): `resume` ends verified, no row twice, none missing.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../../src-main/core/verify/test-fixture.ts';
import { hasEmbeddedPostgres } from '../../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres } from '../../src-main/drivers/postgres/index.ts';
import { tempFolder } from '../../src-main/test-support/index.ts';
import { resultOf, splitUrl, startCommand, type Ended, type Started } from '../corpus/command-line.ts';
import { killServer, type KillServer } from './kill-server.ts';
import { isReached, momentOf, seenRun, type Moment } from './moment.ts';
import { buildKillSource, wrongInTarget, type KillSource } from './source.ts';

const built = join(import.meta.dirname, '..', '..', 'out', 'main', 'cli.js');
const moments = Number(process.env['TRAVESSIA_KILL_MOMENTS'] ?? 5);
const rows = Number(process.env['TRAVESSIA_KILL_ROWS'] ?? 1_000_000);
const seed = Number(process.env['TRAVESSIA_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const folder = tempFolder('kill');
let source: KillSource;
let server: KillServer;
let usual: Ground;
/** One of five moments, each time with another victim: three threads load one table. */
let many: Ground;

/** What is struck: one plan of the file for all its moments, which differ in their database. */
interface Ground {
  readonly planFile: string;
  /** Into which its larger table is parted. */
  readonly ranges: number;
}

/** What is struck is the run, not the assessment: there is one for all. */
async function makePlan(planFile: string): Promise<void> {
  const { url, password } = splitUrl(await server.fresh('kill_plan'));
  const planned = await startCommand(['plan', join(folder.path, 'events.db'), '--target', url, '--max-rejects', 'all', '--out', planFile], { home: folder.path, password, program: built }).ended;
  if (planned.code !== 0) throw new Error(`plan: exit ${planned.code}: ${planned.stderr}`);
  await server.drop('kill_plan');
}

function withThreads(planFile: string, jobs: number): string {
  const plan: { readonly options: object } = JSON.parse(readFileSync(planFile, 'utf8'));
  return JSON.stringify({ ...plan, options: { ...plan.options, jobs } });
}

beforeAll(async () => {
  if (!hasEmbeddedPostgres() || !existsSync(built)) return;
  process.stdout.write(`kill series: ${moments} moments, ${rows} rows, seed ${seed}\n`);
  server = await killServer();
  source = buildKillSource(join(folder.path, 'events.db'), rows);
  usual = { planFile: join(folder.path, 'usual.json'), ranges: 0 };
  await makePlan(usual.planFile);
  // Four fifths of the rows are in one table, which is parted from half a million on.
  many = { planFile: join(folder.path, 'many.json'), ranges: rows >= 625_000 ? 12 : 0 };
  writeFileSync(many.planFile, withThreads(usual.planFile, 3));
});
afterAll(async () => {
  if (hasEmbeddedPostgres() && existsSync(built)) await server[Symbol.asyncDispose]();
  folder.remove();
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Waits for the moment and strikes; answers where the run stood, or null where it had ended before. */
async function strikeAt(started: Started, moment: Pick<Moment, 'victim' | 'phase' | 'share' | 'milliseconds'>, database: string): Promise<string | null> {
  let over = false;
  void started.ended.then(() => (over = true));
  await using session = await connectPostgres(server.server.config(database));
  for (;;) {
    if (over) return null;
    const seen = await seenRun(session);
    if (seen === null || !isReached(seen, moment, rows)) {
      await pause(3);
      continue;
    }
    await pause(moment.milliseconds);
    if (over) return null;
    const now = (await seenRun(session)) ?? seen;
    if (moment.victim === 'program') started.child.kill('SIGKILL');
    else if (moment.victim === 'thread') started.child.kill('SIGUSR2');
    else {
      await server.strike(moment.victim === 'server' ? 'SIGKILL' : 'SIGQUIT');
      await server.start();
    }
    return `${now.state} ${now.rows}`;
  }
}

async function series(index: number, moment: Moment, { planFile, ranges }: Ground, random: (below: number) => number): Promise<string> {
  const home = tempFolder('kill-home');
  const database = `kill_${index}`;
  const target = splitUrl(await server.fresh(database));
  // Four of five load in many transactions, between which a run goes on; one in few, as the program does by itself.
  const rowsPerTransaction = index % 5 === 3 ? undefined : '131072';
  const options = { home: home.path, password: target.password, program: built, rowsPerTransaction, preload: new URL('end-threads.ts', import.meta.url).href };
  const told: string[] = [moment.victim];
  try {
    const plan = join(home.path, 'plan.json');
    writeFileSync(plan, readFileSync(planFile, 'utf8').replaceAll('/kill_plan', `/${database}`));
    let started = startCommand(['migrate', plan, '--format', 'json'], options);
    let ended: Ended;
    for (let strike = 0; ; strike += 1) {
      // What is left of a resumed load is shorter: its moments are taken from the rows that are still to come.
      const share = strike === 0 ? moment.share : moment.share + (1 - moment.share) * (random(1000) / 1000);
      const where = strike <= moment.again ? await strikeAt(started, { ...moment, share, ...(strike === 0 ? {} : { milliseconds: random(120) }) }, database) : null;
      told.push(where ?? 'to its end');
      ended = await started.ended;
      // Struck too late, it ended by itself, with 1 as the source has rejects; a server that died during the swap's answer leaves a run
      // that has ended all the same.
      if (where === null || ended.code === 0 || ended.code === 1) break;
      await using session = await connectPostgres(server.server.config(database));
      const run = await seenRun(session);
      // 4: stopped and can be resumed; 3: the server was away just when another session was opened; 5: a thread ended by itself.
      const stopped = moment.victim === 'thread' ? [4, 5] : [3, 4];
      if (run === null || (ended.code !== null && !stopped.includes(ended.code))) throw new Error(`exit ${ended.code}: ${ended.stdout} ${ended.stderr}`);
      started = startCommand(['resume', run.run, '--max-rejects', 'all', '--format', 'json'], options);
    }
    const result = resultOf(ended);
    expect(result, `${index}: ${told.join(', ')}\n${ended.stderr}`).toMatchObject({ status: 'rejects', swapped: true });
    expect(result.tables.map((table) => [table.verified, table.rows.source === table.rows.loaded + table.rows.rejected])).toEqual([[true, true], [true, true]]);
    await using session = await connectPostgres(server.server.config(database));
    expect(await wrongInTarget(session, source), `${index}: ${told.join(', ')}`).toEqual([]);
    expect(await session.arrays('SELECT count(*)::int FROM travessia.ranges')).toEqual([[String(ranges)]]);
    // Everything was compared by the resumed run, and counted from outside; once in a series it is compared once more.
    if (index % 5 !== 4) return `${index}: ${told.join(', ')}`;
    const verified = await startCommand(['verify', result.runId, '--format', 'json'], options).ended;
    expect(verified.code, `${index}: ${told.join(', ')}\n${verified.stdout}${verified.stderr}`).toBe(0);
  } finally {
    await server.drop(database);
    home.remove();
  }
  return `${index}: ${told.join(', ')}`;
}

describe.skipIf(!hasEmbeddedPostgres() || !existsSync(built))('killed at any moment', () => {
  const random = randomFrom(seed);
  test.each(Array.from({ length: moments }, (_, index) => [index]))(`moment %i: resume ends verified (${rows} rows, seed ${seed})`, { timeout: 120_000 + rows / 5 }, async (index) => {
    process.stdout.write(`${await series(index, momentOf(index, random), (index + Math.floor(index / 5)) % 5 === 4 ? many : usual, random)}\n`);
  });
});
