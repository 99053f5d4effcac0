import { TravessiaError } from '../../../shared/contract/errors.ts';
import { entriesOf, placeOf, type Entry, type Slice } from './scan.ts';

/** An object's entries; a key that stands twice has two values and no right one. @throws TravessiaError INVALID_INPUT */
export function* distinctEntries(value: Slice, where: string): Generator<Entry> {
  const seen = new Set<string>();
  for (const entry of entriesOf(value)) {
    if (seen.has(entry.key)) {
      const { line, column } = placeOf(entry.value.text, entry.at);
      throw new TravessiaError('INVALID_INPUT', {
        message: `The key ${JSON.stringify(entry.key)} stands twice in one object of ${where} (line ${line}, column ${column}): one of its values would be lost.`,
        hint: 'Rename or remove one of the two and try again.',
      });
    }
    seen.add(entry.key);
    yield entry;
  }
}
