/**
 * Where the project is, and whether this is a checkout (sources present) or an installed package.
 *
 * Everything under resources/scripts is plain JavaScript without packages: it must run on Node 20 in a
 * clone where nothing has been installed yet.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spoken } from './speech.mjs';

/** The project's folder, absolute, without a trailing separator. */
export const root = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

/** @param {...string} parts path below the project's folder */
export const inRoot = (...parts) => join(root, ...parts);

/** True where the sources are present, so that installing and building make sense. */
export const isCheckout = () => existsSync(inRoot('src-main')) && existsSync(inRoot('package-lock.json'));

/**
 * One line for a person, in their language where it has one. Always stderr: stdout belongs to the data of a command.
 *
 * @param {string} line in English
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export const say = (line, values) => process.stderr.write(`${spoken(line, values)}\n`);

/**
 * Says what went wrong and what to do, and ends the process.
 *
 * @param {string} message
 * @param {string} [hint]
 * @param {Readonly<Record<string, string | number>>} [values]
 */
export function giveUp(message, hint, values) {
  say(message, values);
  if (hint) say(hint, values);
  process.exit(1);
}
