export interface FailureLimit {
  /** True while so many attempts failed lately that not even a right one is let through. */
  isReached(): boolean;
  fail(): void;
  /** Seconds until an attempt is let through again; 0 where none is held back. */
  waitSeconds(): number;
}

/**
 * At most `max` failures in any window of `windowMs`. For all callers together: on loopback everybody has the same address.
 * Somebody on the same machine can therefore delay a sign-in (never end a session); guessing is worth preventing more.
 */
export function createFailureLimit({ max = 10, windowMs = 60_000, now = Date.now }: { max?: number; windowMs?: number; now?: () => number } = {}): FailureLimit {
  let failures: number[] = [];
  const recent = () => (failures = failures.filter((at) => at > now() - windowMs));
  return {
    isReached: () => recent().length >= max,
    fail() {
      recent().push(now());
    },
    waitSeconds() {
      const first = recent().at(-max);
      return first === undefined ? 0 : Math.max(1, Math.ceil((first + windowMs - now()) / 1000));
    },
  };
}
