/**
 * making: filling a folder that is of no use before it is full. A lock in it, the system's own, is let go of with the program that holds it, kill -9
 * included and whatever process ids there are; so what nobody holds any more was left.
 */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withProcessLock } from '../sqlite/index.ts';

const lockIn = (folder: string): string => join(folder, 'making.lock');

/** Does work that fills a folder. */
export async function making<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const lock = lockIn(folder);
  try {
    return await withProcessLock(lock, work);
  } finally {
    await rm(lock, { force: true });
  }
}

/** Deletes a folder where a program was ended while it filled it. Never throws: what cannot be deleted stays. */
export async function removeIfLeft(folder: string): Promise<void> {
  if (!existsSync(lockIn(folder))) return;
  // Held: somebody is at work.
  await withProcessLock(lockIn(folder), () => rm(folder, { recursive: true, force: true }), 0).catch(() => undefined);
}

/** The same of every folder in one. */
export async function removeLeftIn(parent: string): Promise<void> {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) await removeIfLeft(join(parent, name));
}
