import type { Page } from '@playwright/test';

/** A host that answers late: what the page asks for waits between `hold` and `release`. */
export interface SlowHost {
  hold(call: string): void;
  release(): void;
}

/** Before the page opens its socket. */
export async function slowHost(page: Page): Promise<SlowHost> {
  let held: string | null = null;
  let waiting: (() => void)[] = [];
  await page.routeWebSocket(/\/socket$/, (socket) => {
    const host = socket.connectToServer();
    socket.onMessage((message) => {
      if (held !== null && message.includes(held)) waiting.push(() => host.send(message));
      else host.send(message);
    });
  });
  return {
    hold: (call) => {
      held = `"${call}"`;
    },
    release: () => {
      held = null;
      for (const send of waiting) send();
      waiting = [];
    },
  };
}
