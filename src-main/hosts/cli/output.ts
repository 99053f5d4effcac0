/**
 * Data goes to standard output, all else to standard error; with `--format json` standard output is exactly one JSON document
 * (design: command-line.md).
 */
export interface Output {
  readonly json: boolean;
  /** Data for people; nothing when JSON was asked for. */
  print(text: string): void;
  /** Notes, warnings, progress: standard error. */
  note(text: string): void;
  /** The one JSON document. */
  document(value: unknown): void;
  /** Raw data (a plan's text, a script), whatever the format. */
  raw(text: string): void;
  /** Replaces the last line of standard error where it is a terminal; silent elsewhere. */
  progress(text: string): void;
  endProgress(): void;
}

/** @param isLeft - nobody reads on: notes are not said any more either */
export function createOutput(json: boolean, isLeft: () => boolean = () => false): Output {
  const terminal = process.stderr.isTTY === true;
  let shown = false;
  const clear = () => {
    if (shown) process.stderr.write('\r\u001b[2K');
    shown = false;
  };
  return {
    json,
    print(text) {
      clear();
      if (!json) process.stdout.write(`${text}\n`);
    },
    note(text) {
      if (isLeft()) return;
      clear();
      process.stderr.write(`${text}\n`);
    },
    document(value) {
      clear();
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    raw(text) {
      clear();
      process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
    progress(text) {
      if (!terminal) return;
      process.stderr.write(`\r\u001b[2K${text.slice(0, Math.max(20, (process.stderr.columns ?? 80) - 1))}`);
      shown = true;
    },
    endProgress: clear,
  };
}
