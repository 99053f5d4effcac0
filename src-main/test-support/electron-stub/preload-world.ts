import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';

interface WorldOptions {
  readonly preload: string;
  readonly invoke: (channel: string, args: readonly unknown[]) => Promise<unknown>;
}

export interface PreloadWorld {
  /** What the page finds on `window`. */
  readonly exposed: Readonly<Record<string, unknown>>;
  /** Delivers what the main process sent. */
  deliver(channel: string, args: readonly unknown[]): void;
  listenerCount(channel: string): number;
}

/**
 * Lets a value through the bridge as Electron does: functions become functions of the other side, promises are followed,
 * everything else is cloned or refused.
 */
function cross(value: unknown): unknown {
  if (typeof value === 'function') return (...args: unknown[]) => cross(Reflect.apply(value, undefined, args.map(cross)));
  if (typeof value === 'object' && value !== null && 'then' in value) return Promise.resolve(value).then(cross);
  return structuredClone(value);
}

function crossApi(api: object): Readonly<Record<string, unknown>> {
  return Object.freeze(Object.fromEntries(Object.entries(api).map(([name, value]) => [name, cross(value)])));
}

/**
 * Runs a sandboxed preload script: one CommonJS file in a context without Node, in which `require` knows `electron` and
 * nothing else a sandbox has not.
 */
export function runPreload({ preload, invoke }: WorldOptions): PreloadWorld {
  const exposed: Record<string, unknown> = {};
  const received = new EventEmitter();
  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, api: object): void {
        if (name in exposed) throw new Error(`Cannot bind an API on top of an existing property: ${name}`);
        exposed[name] = crossApi(api);
      },
    },
    ipcRenderer: {
      invoke: (channel: string, ...args: unknown[]) => invoke(channel, args),
      on: (channel: string, listener: (...args: unknown[]) => void) => void received.on(channel, listener),
      off: (channel: string, listener: (...args: unknown[]) => void) => void received.off(channel, listener),
    },
  };
  const module = { exports: {} };
  const context = createContext({
    module,
    exports: module.exports,
    require(name: string) {
      if (name === 'electron') return electron;
      throw new Error(`module not found: ${name}`);
    },
  });
  runInContext(readFileSync(preload, 'utf8'), context, { filename: preload });
  return {
    exposed,
    deliver: (channel, args) => void received.emit(channel, { sender: null }, ...args),
    listenerCount: (channel) => received.listenerCount(channel),
  };
}
