/** Orders decimal texts by value, exactly. */
export function compareBig(a: string, b: string): number {
  const left = BigInt(a);
  const right = BigInt(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The sum of decimal texts, as decimal text. */
export function sumBig(values: readonly string[]): string {
  return values.reduce((sum, value) => sum + BigInt(value), 0n).toString();
}
