/**
 * One installer or builder at a time: several commands started together must not each build.
 *
 * A folder is the lock (mkdir is atomic everywhere) and holds the owner's process id. A lock whose owner
 * is gone was left by a crash and is taken over.
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './project.mjs';

const waitMs = 100;
/** A lock without a process id this old (ms) was left between mkdir and write. */
const abandonedMs = 5_000;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error.code === 'EPERM';
  }
}

function isAbandoned(folder) {
  try {
    const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'));
    if (pid > 0) return !isAlive(pid);
  } catch {
    // No pid file yet: judged by age below.
  }
  try {
    return Date.now() - statSync(folder).mtimeMs > abandonedMs;
  } catch {
    return false;
  }
}

/** Removes an abandoned lock. Guarded by a lock of its own: a slow waiter must not remove the next owner's lock. */
function takeAway(folder) {
  const guard = `${folder}.takeover`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > abandonedMs) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/**
 * Runs `work` while holding the lock `name`.
 *
 * @param {string} name file name of the lock, below `out/`
 * @param {() => void | Promise<void>} work run while no other process holds the lock; it must check again
 *   whether there is still anything to do
 * @param {() => void} [onWait] called once when another process holds the lock
 */
export async function withLock(name, work, onWait) {
  mkdirSync(inRoot('out'), { recursive: true });
  const folder = inRoot('out', name);
  for (let first = true; ; first = false) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(folder)) takeAway(folder);
      else {
        if (first) onWait?.();
        await sleep(waitMs);
      }
    }
  }
  const release = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', release);
  try {
    writeFileSync(join(folder, 'pid'), String(process.pid));
    await work();
  } finally {
    process.off('exit', release);
    release();
  }
}
