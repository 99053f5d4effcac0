import { PagesUnfit } from './page-file.ts';
import { storage, type RecordCursor } from './record.ts';

/** The place of the rowid, which no record of a table holds. */
export const rowidPlace = -1;

const number = new Float64Array(1);
const words = new Uint32Array(number.buffer);

/**
 * A sum over the entries of an index that does not depend on their order: of the entries as the index holds them, and of those its table asks for,
 * it is the same only where they are the same (but for one case in some 10^19; it finds accidents, not forgeries). A whole number counts the same
 * whether it is kept as an integer or as a real, as it may be either in an index and in its table.
 */
export class EntrySum {
  entries = 0;
  #first = 0;
  #second = 0;
  #one = 0;
  #two = 0;

  /**
   * Takes the values that stand at `places`, and the rowid.
   *
   * @throws PagesUnfit where a value's class is none, or its number no number
   */
  add(cursor: RecordCursor, places: readonly number[], rowid: number): void {
    this.#one = 0x2545f491;
    this.#two = 0x1b873593;
    for (const place of places) {
      if (place === rowidPlace) this.#number(rowid);
      else this.#value(cursor, place);
    }
    this.#number(rowid);
    this.entries += 1;
    this.#first = (this.#first + finished(this.#one ^ (this.#two >>> 7))) | 0;
    this.#second = (this.#second + finished(this.#two ^ (this.#one >>> 11))) | 0;
  }

  equals(other: EntrySum): boolean {
    return this.entries === other.entries && this.#first === other.#first && this.#second === other.#second;
  }

  #value(cursor: RecordCursor, place: number): void {
    const kind = cursor.kinds[place];
    switch (kind) {
      case storage.null: return this.#word(0x6e);
      case storage.integer: {
        const value = cursor.integer(place);
        if (!Number.isNaN(value)) return this.#number(value);
        const at = cursor.starts[place] ?? 0;
        this.#word(0x69);
        this.#word(cursor.view.getUint32(at));
        return this.#word(cursor.view.getUint32(at + 4));
      }
      case storage.real: return this.#number(cursor.real(place));
      case storage.text:
      case storage.blob: {
        const at = cursor.starts[place] ?? 0;
        const length = cursor.lengths[place] ?? 0;
        this.#word(kind === storage.text ? 0x74 : 0x62);
        this.#word(length);
        const { view, bytes } = cursor;
        const end = at + length;
        let from = at;
        for (; from + 4 <= end; from += 4) this.#word(view.getUint32(from));
        for (; from < end; from += 1) this.#word(bytes[from] ?? 0);
        return;
      }
      default: throw new PagesUnfit('malformed');
    }
  }

  #number(value: number): void {
    if (Number.isNaN(value)) throw new PagesUnfit('malformed');
    // Minus zero is zero.
    number[0] = value + 0;
    this.#word(0x72);
    this.#word(words[0] ?? 0);
    this.#word(words[1] ?? 0);
  }

  #word(word: number): void {
    const one = Math.imul(this.#one ^ word, 0x9e3779b1);
    this.#one = one ^ (one >>> 15);
    const two = Math.imul(this.#two + word, 0x85ebca6b);
    this.#two = (two << 13) | (two >>> 19);
  }
}

/** Every bit of a hash on every other (the last steps of MurmurHash3, https://github.com/aappleby/smhasher). */
function finished(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
