import { parseArgs } from 'node:util';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { languages } from './language.ts';
import type { Sentence } from './texts/index.ts';

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** May be given several times. */
  readonly multiple?: true;
  readonly summary: Sentence;
  /** What stands for the value in the help: words in capitals are names for it, others are to be typed as they are. */
  readonly value?: string;
}

export interface Arguments {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

export const commonOptions: Readonly<Record<string, OptionSpec>> = {
  format: { type: 'string', summary: 'text (default) or json', value: 'text|json' },
  language: { type: 'string', summary: 'language of what is said (default: by LC_ALL, LC_MESSAGES or LANG)', value: languages.join('|') },
  help: { type: 'boolean', short: 'h', summary: 'this help' },
};

/** @throws TravessiaError USAGE */
export function parseArguments(words: readonly string[], specs: Readonly<Record<string, OptionSpec>>): Arguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: Object.fromEntries(Object.entries({ ...commonOptions, ...specs }).map(([name, spec]) => [name, { type: spec.type, ...(spec.short === undefined ? {} : { short: spec.short }), ...(spec.multiple === true ? { multiple: true } : {}) }])),
    });
    return { positionals, options: values };
  } catch (error) {
    throw new TravessiaError('USAGE', { message: error instanceof Error ? error.message : String(error), hint: 'See travessia --help.' });
  }
}

export function text(args: Arguments, name: string): string | undefined {
  const value = args.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** Every value of an option that may be given several times. */
export function texts(args: Arguments, name: string): string[] {
  const value = args.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function required(args: Arguments, name: string): string {
  const value = text(args, name);
  if (value === undefined) throw new TravessiaError('USAGE', { message: `--${name} is missing.`, hint: 'See travessia --help.' });
  if (value.trim() === '') throw new TravessiaError('USAGE', { message: `--${name} is empty.`, hint: 'Give it a value (a variable in its place may not be set); see travessia --help.' });
  return value;
}

export function positional(args: Arguments, index: number, what: string): string {
  const value = args.positionals[index];
  if (value === undefined) throw new TravessiaError('USAGE', { message: `${what} is missing.`, hint: 'See travessia --help.' });
  return value;
}

export function choice<T extends string>(args: Arguments, name: string, values: readonly T[]): T | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new TravessiaError('USAGE', { message: `--${name} must be one of ${values.join(', ')}; it is ${value}.` });
  return found;
}

export function wholeNumber(args: Arguments, name: string): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw new TravessiaError('USAGE', { message: `--${name} must be a whole number; it is ${value}.` });
  return Number(value);
}

const units: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** A size as it is printed, in bytes: `512MB`, `1.5 GB`. @throws TravessiaError USAGE */
export function byteSize(args: Arguments, name: string): number | undefined {
  const value = text(args, name);
  if (value === undefined) return undefined;
  const [, number = '', unit = ''] = /^(\d{1,12}(?:\.\d+)?) ?([KMGT]?B)$/i.exec(value) ?? [];
  const factor = units[unit.toUpperCase()];
  if (factor === undefined) throw new TravessiaError('USAGE', { message: `--${name} must be a number with B, KB, MB, GB or TB; it is ${value}.` });
  return Math.round(Number(number) * factor);
}

export function maxRejects(args: Arguments): 'all' | number | undefined {
  return text(args, 'max-rejects') === 'all' ? 'all' : wholeNumber(args, 'max-rejects');
}
