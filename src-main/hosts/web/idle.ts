export interface IdleWatch {
  stop(): void;
}

/**
 * Calls `onIdle` once when nothing was active for `minutes` (0: never). Looks every so often instead of being told:
 * a job that ends and a page that leaves need no wiring, and nothing can be forgotten.
 */
export function watchIdle({ minutes, isActive, onIdle }: { minutes: number; isActive: () => boolean; onIdle: () => void }): IdleWatch {
  if (minutes <= 0) return { stop: () => undefined };
  const limitMs = minutes * 60_000;
  let lastActive = performance.now();
  const timer = setInterval(() => {
    if (isActive()) lastActive = performance.now();
    else if (performance.now() - lastActive >= limitMs) {
      clearInterval(timer);
      onIdle();
    }
  }, Math.min(15_000, limitMs / 4));
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
