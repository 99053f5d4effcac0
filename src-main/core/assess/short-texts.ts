const longest = 24;
const places = 256;

/** Texts that come again and again are made once: of a column's short texts, one in each of 256 places, the last that came there. */
export class ShortTexts {
  /** Whether the last text was made anew. */
  isNew = false;
  readonly #kept = new Array<string>(places).fill('');

  /** The ASCII text that stands in `bytes`. */
  textOf(bytes: Buffer, from: number, to: number): string {
    this.isNew = true;
    const length = to - from;
    if (length === 0 || length > longest) return bytes.toString('latin1', from, to);
    let hash = length;
    for (let at = from; at < to; at += 1) hash = (hash * 31 + (bytes[at] ?? 0)) | 0;
    const place = (hash ^ (hash >>> 8)) & (places - 1);
    const text = this.#kept[place] ?? '';
    if (text.length === length) {
      let at = 0;
      while (at < length && text.charCodeAt(at) === bytes[from + at]) at += 1;
      if (at === length) {
        this.isNew = false;
        return text;
      }
    }
    const made = bytes.toString('latin1', from, to);
    this.#kept[place] = made;
    return made;
  }
}
