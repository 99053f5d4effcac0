/** What each policy for NUL and invalid UTF-8 writes is what the verification expects, and is undone by the SQL that the plan shows. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cast } from '../../../shared/model/values.ts';
import { isRawText, type SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { canonicalType } from '../../../shared/pure/canonical/index.ts';
import { codecFor, discard } from '../../../shared/pure/codec/index.ts';
import { undoSql } from '../../../shared/pure/undo-cast.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, testSeed, type TestDatabase } from '../../test-support/index.ts';
import { sha256Hex } from '../verify/shape.ts';
import { exactValue } from './exact-value.ts';
import { writeValue } from './row-encoder.ts';

const seed = testSeed();
const piece = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('\\', '\\\\', '\0', '\\u0000', '\\000', '\\\\u0000', 'é', '\uFFFD', '\u0081', '').map((text) => Buffer.from(text)),
);
const bytesOf = fc.array(piece, { maxLength: 5 }).map((parts) => Buffer.concat(parts));
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function written(cast: Cast, type: string, raw: Buffer): string | Uint8Array | null {
  const kept: { last: string | Uint8Array | null } = { last: null };
  const exact = exactValue(decoder.decode(raw), raw, 'UTF-8');
  const code = writeValue(codecFor(type, cast), exact, { ...discard, text: (value) => void (kept.last = value), bytes: (value) => void (kept.last = value) });
  return code === undefined ? kept.last : null;
}
const cellOf = (raw: Buffer): Exclude<SourceCell, null> => {
  const { value, invalid } = exactValue(decoder.decode(raw), raw, 'UTF-8');
  return invalid === undefined ? (value ?? '') : { rawText: invalid };
};

describe.skipIf(!hasPostgres())(`policies for texts (seed ${seed})`, () => {
  let database: TestDatabase;
  let session: PgSession;
  beforeAll(async () => {
    database = await freshDatabase();
    session = await database.connect();
  });
  afterAll(async () => {
    await session.close();
    await database.close();
  });

  const casts = ['nul escaped', 'bytes escaped', 'latin-1 decoded', 'windows-1252 decoded'] as const;
  it.each(casts)('%s: the loader writes what the verification expects, and the shown SQL gives the bytes back', async (cast) => {
    const values = fc.sample(bytesOf, { numRuns: 3000, seed });
    const canonical = canonicalType('text', cast, sha256Hex);
    const kept: { text: string; raw: Buffer }[] = [];
    for (const raw of values) {
      const text = written(cast, 'text', raw);
      const expected = canonical.canonicalOf(cellOf(raw));
      expect(typeof expected === 'string' ? expected : null, raw.toString('hex')).toBe(text);
      if (typeof text === 'string') kept.push({ text, raw });
      else if (cast === 'bytes escaped') throw new Error(`refused ${raw.toString('hex')}`);
    }
    expect(kept.length).toBeGreaterThan(300);
    const sql = undoSql('v', 'text', cast) ?? '';
    const rows = await session.arrays(`SELECT ${canonical.canonicalSql('v')}, encode(${sql}, 'hex') FROM unnest($1::text[]) WITH ORDINALITY AS u (v, n) ORDER BY n`, [kept.map(({ text }) => text)]);
    expect(rows.map(([text]) => text)).toEqual(kept.map(({ text }) => text));
    expect(rows.map(([, hex]) => hex)).toEqual(kept.map(({ raw }) => raw.toString('hex')));
  });

  it('text as bytes keeps the bytes themselves', () => {
    for (const raw of fc.sample(bytesOf, { numRuns: 1000, seed })) {
      const found = written('text as bytes', 'bytea', raw);
      expect(typeof found === 'string' ? Buffer.from(found).toString('hex') : Buffer.from(found ?? []).toString('hex')).toBe(raw.toString('hex'));
      expect(typeof canonicalType('bytea', 'text as bytes', sha256Hex).canonicalOf(cellOf(raw))).toBe('string');
      expect(isRawText(cellOf(raw)) || decoder.decode(raw) === cellOf(raw)).toBe(true);
    }
  });
});
