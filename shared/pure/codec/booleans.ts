import type { ValueCodec } from './codec.ts';

const words: ReadonlyMap<string, boolean> = new Map([
  ['1', true], ['t', true], ['true', true], ['y', true], ['yes', true], ['on', true],
  ['0', false], ['f', false], ['false', false], ['n', false], ['no', false], ['off', false],
]);

/** boolean: 0 and 1, and the words PostgreSQL itself reads in full (manual 8.6), in any case. */
export const booleanCodec: ValueCodec = {
  write: (value, out) => {
    const meaning =
      typeof value === 'string' ? (value.length > 5 ? undefined : words.get(value.toLowerCase())) : value === 1 || value === 1n ? true : value === 0 || value === 0n ? false : undefined;
    if (meaning === undefined) return 'NOT_A_BOOLEAN';
    out.bool(meaning);
    return undefined;
  },
};
