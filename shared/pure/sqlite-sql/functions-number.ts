import { asInteger, asNumber, dbl, plain, wide } from './coerce.ts';
import { Untranslatable } from './errors.ts';
import { roundedReal } from './exact-real.ts';
import type { FunctionTable, ScalarFunction } from './functions.ts';
import { argument } from './functions-value.ts';
import { int, nothing, real, typed } from './typed.ts';
import type { Typed } from './typed.ts';

/** A function from reals to a real; outside of its domain SQLite answers NULL where PostgreSQL fails. */
function ofReals(print: (...args: string[]) => string, domain?: (...args: string[]) => string): ScalarFunction {
  return (args) => {
    if (args.some((value) => value.kind === 'null')) return nothing;
    const numbers = args.map((value) => strictReal(value));
    const sql = print(...numbers);
    return real(domain === undefined ? sql : `(CASE WHEN ${domain(...numbers)} THEN ${sql} END)`);
  };
}

/** SQLite's mathematical functions answer NULL for texts, unlike its arithmetic. */
function strictReal(value: Typed): string {
  const it = plain(value);
  if (it.kind === 'text' || it.kind === 'blob' || it.kind === 'mixed') throw new Untranslatable('a mathematical function of a text or of bytes');
  return dbl(it);
}

const rounding = (name: string): ScalarFunction => (args) => {
  const value = argument(args, 0);
  if (value.kind === 'null') return nothing;
  const it = plain(value);
  if (it.kind === 'int') return it;
  if (it.kind === 'text' || it.kind === 'blob' || it.kind === 'mixed') throw new Untranslatable(`${name}() of a text or of bytes`);
  return typed(`${name}(${it.kind === 'real' ? dbl(it) : it.sql})`, it.kind, it.kind === 'real' ? 'double precision' : it.pg);
};

/** Of a negative number only whole powers are real, the others NULL; zero to a negative power is infinite. */
const power: ScalarFunction = (args, translator) => {
  const exponent = Number(args[1]?.literal ?? Number.NaN);
  if (Number.isInteger(exponent) && exponent >= 0) return ofReals((x = '', y = '') => `power(${x}, ${y})`)(args, translator);
  return ofReals((x = '', y = '') => `(CASE WHEN ${x} = 0 AND ${y} < 0 THEN 'Infinity'::double precision WHEN ${x} >= 0 OR ${y} = trunc(${y}) THEN power(${x}, ${y}) END)`)(args, translator);
};

const positive = (value = ''): string => `${value} > 0`;

function round(args: readonly Typed[]): Typed {
  const value = argument(args, 0);
  if (args.some((one) => one.kind === 'null')) return nothing;
  const number = asNumber(value);
  if (number.kind === 'null') return nothing;
  const digits = args[1] === undefined ? undefined : asInteger(args[1]);
  const count = digits === undefined ? '0' : digits.literal === undefined ? `greatest(${digits.sql}, 0)::integer` : String(Math.max(0, Number(digits.literal)));
  return real(number.kind === 'int' ? dbl(number) : roundedReal(dbl(number), count));
}

/** Functions of numbers. */
export const numberFunctions: FunctionTable = {
  abs: (args) => {
    const value = argument(args, 0);
    if (value.kind === 'null') return nothing;
    const number = asNumber(value);
    const isText = plain(value).kind === 'text';
    // abs() of a text is a real there.
    if (isText) return real(`abs(${dbl(number)})`);
    return typed(`abs(${wide(number)})`, number.kind, number.kind === 'int' ? 'bigint' : number.pg);
  },
  round,
  sign: (args) => {
    if (argument(args, 0).kind === 'null') return nothing;
    return int(`sign(${strictReal(argument(args, 0))})::bigint`);
  },
  ceil: rounding('ceil'),
  ceiling: rounding('ceil'),
  floor: rounding('floor'),
  trunc: rounding('trunc'),
  sqrt: ofReals((x = '') => `sqrt(${x})`, (x = '') => `${x} >= 0`),
  exp: ofReals((x = '') => `exp(${x})`),
  ln: ofReals((x = '') => `ln(${x})`, positive),
  log10: ofReals((x = '') => `log(${x})`, positive),
  log: (args, translator) =>
    args.length > 1
      ? ofReals((b = '', x = '') => `(ln(${x}) / nullif(ln(${b}), 0))`, (b = '', x = '') => `${b} > 0 AND ${x} > 0`)(args, translator)
      : ofReals((x = '') => `log(${x})`, positive)(args, translator),
  log2: ofReals((x = '') => `(ln(${x}) / ln(2::double precision))`, positive),
  pow: power,
  power,
  mod: (args) => {
    if (args.some((one) => one.kind === 'null')) return nothing;
    const [x, y] = [plain(argument(args, 0)), plain(argument(args, 1))];
    // A quotient of reals is rounded before it is cut.
    if (x.kind !== 'int' || y.kind !== 'int') throw new Untranslatable('mod() of reals');
    return real(`(${wide(x)} % nullif(${y.sql}, 0))::double precision`);
  },
  pi: () => real('pi()'),
  // Multiplied as SQLite does, so that no digit differs.
  radians: ofReals((x = '') => `(${x} * (pi() / 180))`),
  degrees: ofReals((x = '') => `(${x} * (180 / pi()))`),
  sin: ofReals((x = '') => `sin(${x})`),
  cos: ofReals((x = '') => `cos(${x})`),
  tan: ofReals((x = '') => `tan(${x})`),
  asin: ofReals((x = '') => `asin(${x})`, (x = '') => `abs(${x}) <= 1`),
  acos: ofReals((x = '') => `acos(${x})`, (x = '') => `abs(${x}) <= 1`),
  atan: ofReals((x = '') => `atan(${x})`),
  atan2: ofReals((y = '', x = '') => `atan2(${y}, ${x})`),
};
