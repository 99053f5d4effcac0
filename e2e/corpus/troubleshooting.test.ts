/** Every error a person can meet is explained, and nothing is explained that does not exist. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { errorCodes } from '../../shared/contract/errors.ts';
import { rejectCodes } from '../../shared/model/values.ts';

const root = join(import.meta.dirname, '..', '..');
const page = (name: string) => readFileSync(join(root, 'docs', name), 'utf8');

test('docs/troubleshooting.md has each error code once, below its exit code', () => {
  const found: [string, number][] = [];
  let exit = 0;
  for (const line of page('troubleshooting.md').split('\n')) {
    exit = Number(/^## Exit code (\d)/.exec(line)?.[1] ?? exit);
    const code = /^\*\*([A-Z_]+)\*\* – /.exec(line)?.[1];
    if (code !== undefined) found.push([code, exit]);
  }
  expect(Object.fromEntries(found)).toEqual(errorCodes);
  expect(found).toHaveLength(Object.keys(errorCodes).length);
});

test('docs/rejects.md has each reject code', () => {
  const text = page('rejects.md');
  expect(rejectCodes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
});

test('links between the pages lead somewhere', () => {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).map((name) => join('docs', name))];
  const broken = pages.flatMap((name) => {
    const links = [...readFileSync(join(root, name), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '');
    return links.filter((link) => !existsSync(resolve(root, dirname(name), link))).map((link) => `${name}: ${link}`);
  });
  // The picture is made by the end-to-end run.
  expect(broken.filter((link) => !link.endsWith('docs/images/console.png'))).toEqual([]);
});
