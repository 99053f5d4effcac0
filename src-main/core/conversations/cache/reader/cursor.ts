import { TravessiaError } from '../../../../../shared/contract/errors.ts';

/** Cursors: base64url of JSON, opaque outside. */
export const toCursor = (values: readonly (string | number)[]): string => Buffer.from(JSON.stringify(values)).toString('base64url');

const invalid = (): TravessiaError => new TravessiaError('INVALID_INPUT', { message: 'That page cannot be gone on from.', hint: 'Begin again at the first page.' });

/** @throws INVALID_INPUT for what is no cursor of this kind */
export function fromCursor(cursor: string, types: readonly ('string' | 'number')[]): readonly (string | number)[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalid();
  }
  if (!Array.isArray(values) || values.length !== types.length || !types.every((type, index) => typeof values[index] === type)) throw invalid();
  return values;
}

export const placeOf = (cursor: string): readonly [number, string] => {
  const [t, key] = fromCursor(cursor, ['number', 'string']);
  return [Number(t), String(key)];
};
