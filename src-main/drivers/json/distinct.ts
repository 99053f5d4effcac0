import { TravessiaError } from '../../../shared/contract/errors.ts';
import { entriesOf, placeOf, type Entry, type Place, type Slice } from './scan.ts';

/** Of a position in a text: where it stands in the file. */
export type PlaceInFile = (at: number) => Place;

/** A key that stands twice has two values and no right one. */
export function keyTwice(key: string, where: string, { line, column }: Place): TravessiaError {
  return new TravessiaError('INVALID_INPUT', {
    message: `The key ${JSON.stringify(key)} stands twice in one object of ${where} (line ${line}, column ${column}): one of its values would be lost.`,
    hint: 'Rename or remove one of the two and try again.',
  });
}

/**
 * An object's entries, each key once.
 * @param place - where the value's text is only a piece of the file
 * @throws TravessiaError INVALID_INPUT for a key that stands twice
 */
export function* distinctEntries(value: Slice, where: string, place?: PlaceInFile): Generator<Entry> {
  const seen = new Set<string>();
  for (const entry of entriesOf(value)) {
    if (seen.has(entry.key)) throw keyTwice(entry.key, where, place?.(entry.at) ?? placeOf(entry.value.text, entry.at));
    seen.add(entry.key);
    yield entry;
  }
}
