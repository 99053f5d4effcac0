/**
 * Where random tests begin: always at the same cases, so that a failure belongs to a change and not to a day. `TRAVESSIA_SEED` asks for
 * others (`npm run prove` draws one).
 */
export function testSeed(): number {
  return Number(process.env['TRAVESSIA_SEED'] ?? 20_261_121);
}
