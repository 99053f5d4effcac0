import { EventEmitter } from 'node:events';

type Answer<T> = (value: T) => void;
export type PermissionRequest = (contents: unknown, permission: string, answer: Answer<boolean>, details: { requestingUrl: string }) => void;
export type PermissionCheck = (contents: unknown, permission: string, origin: string) => boolean;
type BeforeRequest = (details: { url: string }, answer: Answer<{ cancel?: boolean }>) => void;

/** The default session. As in Electron, what nobody restricts is granted. */
export class StubSession extends EventEmitter {
  readonly privileged: unknown[] = [];
  readonly #schemes = new Map<string, (request: Request) => Promise<Response> | Response>();
  #request: PermissionRequest = (_contents, _permission, answer) => answer(true);
  #check: PermissionCheck = () => true;
  #device: (details: object) => boolean = () => true;
  #before: BeforeRequest = (_details, answer) => answer({});

  readonly protocol = {
    handle: (scheme: string, handler: (request: Request) => Promise<Response> | Response): void => void this.#schemes.set(scheme, handler),
  };
  readonly webRequest = {
    onBeforeRequest: (handler: BeforeRequest): void => {
      this.#before = handler;
    },
  };

  setPermissionRequestHandler(handler: PermissionRequest): void {
    this.#request = handler;
  }

  setPermissionCheckHandler(handler: PermissionCheck): void {
    this.#check = handler;
  }

  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    this.#device = handler;
  }

  /** What a page would be told that asks for a permission. */
  askPermission(permission: string, requestingUrl: string): Promise<{ request: boolean; check: boolean; device: boolean }> {
    const check = this.#check(null, permission, requestingUrl);
    const device = this.#device({ deviceType: permission, origin: requestingUrl });
    return new Promise((resolve) => this.#request(null, permission, (request) => resolve({ request, check, device }), { requestingUrl }));
  }

  /** What a page would get for an address: null where the request was cancelled or no protocol answers. */
  async fetch(url: string, method = 'GET'): Promise<Response | null> {
    const isCancelled = await new Promise<boolean>((resolve) => this.#before({ url }, ({ cancel }) => resolve(cancel === true)));
    const handler = this.#schemes.get(new URL(url).protocol.slice(0, -1));
    return isCancelled || handler === undefined ? null : handler(new Request(url, { method }));
  }
}

export const createSession = () => new StubSession();
