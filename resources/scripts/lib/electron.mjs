/** Whether a window can be opened here, found out without loading `electron` (which would download). */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inRoot } from './project.mjs';
import { findNode } from './node.mjs';

/** Longest time (ms) for fetching the binary; where it is out of reach the attempt fails at once. */
const downloadMs = 600_000;

/** Path of the Electron executable, or null where the binary is not installed. */
export function electronPath() {
  const folder = inRoot('node_modules', 'electron');
  try {
    const path = inRoot('node_modules', 'electron', 'dist', readFileSync(`${folder}/path.txt`, 'utf8').trim());
    return existsSync(path) ? path : null;
  } catch {
    return null;
  }
}

/**
 * Why no window may be opened on this machine by this user, or null.
 *
 * @returns {'root' | 'display' | null}
 */
export function windowObstacle() {
  if (process.platform !== 'linux') return null;
  if (process.getuid?.() === 0) return 'root';
  if (!process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'display';
  return null;
}

/** Tries to fetch the Electron binary (its package no longer does so on installation). True when it is there. */
export function fetchElectron() {
  if (electronPath()) return true;
  const script = inRoot('node_modules', 'electron', 'install.js');
  if (!existsSync(script)) return false;
  spawnSync(findNode(), [script], { stdio: 'ignore', timeout: downloadMs });
  return electronPath() !== null;
}
