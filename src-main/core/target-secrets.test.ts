import { describe, expect, test } from 'vitest';
import { createFileSecrets } from '../platform/secrets.file.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../test-support/index.ts';
import { createTargetSecrets } from './target-secrets.ts';

describe.skipIf(!hasPostgres())('the password of a target', () => {
  test('is kept until the server takes another', async () => {
    using folder = tempFolder('secrets');
    await using database = await freshDatabase();
    const secrets = createTargetSecrets(createFileSecrets(folder.path));
    const url = new URL(database.url);
    const target = await secrets.keep(url.href);
    const good = await secrets.passwordOf(target);
    expect(good).toBe(decodeURIComponent(url.password));
    url.password = 'wrong';
    await expect(secrets.keep(url.href)).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    expect(await secrets.passwordOf(target)).toBe(good);
    // Where nobody answers, what a person says is taken.
    url.port = '1';
    const elsewhere = await secrets.keep(url.href);
    url.password = 'other';
    expect([await secrets.keep(url.href), await secrets.passwordOf(elsewhere)]).toEqual([elsewhere, 'other']);
  });
});
