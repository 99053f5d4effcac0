import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';

/** What a browser gets for a token or a code. */
export interface Grant {
  /** 192 bits, kept in the HttpOnly cookie. */
  readonly cookie: string;
  /**
   * 192 bits, kept in the page's own storage. A browser sends cookies of 127.0.0.1 to every port of it, also to another
   * person's server there; its storage belongs to one port. The socket wants both.
   */
  readonly key: string;
}

export interface Sessions {
  /** A new one-time token of 192 bits for the redirect file. The former one is void. */
  issueToken(): string;
  /** A new one-time code to be typed, such as `7K2M-Q9XD` (40 bits, with the rate limit). The former one is void. */
  issueCode(): string;
  /** Gives a session for a token or code and voids it; null for a wrong, used or expired one. */
  exchange(secret: string): Grant | null;
  isCookie(cookie: string | undefined): boolean;
  isSession(cookie: string | undefined, key: string | undefined): boolean;
}

/** Crockford's base 32: no letter that is read as another. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const tokenMinutes = 5;
const codeMinutes = 60;
/** More browsers than anybody signs in; the oldest session goes first. */
const maxSessions = 16;

const secretOf192Bits = () => randomBytes(24).toString('base64url');
const digest = (text: string) => createHash('sha256').update(text).digest();
/** Digests have one length, and comparing them takes the same time wherever they differ. */
const isEqual = (known: Buffer, text: string) => timingSafeEqual(known, digest(text));

function normaliseCode(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}

interface OneTime {
  readonly hash: Buffer;
  readonly until: number;
}

/** Tokens, codes and sessions of one run of the web host. Only hashes are kept. */
export function createSessions(now: () => number = Date.now): Sessions {
  let token: OneTime | null = null;
  let code: OneTime | null = null;
  const sessions: { cookie: Buffer; key: Buffer }[] = [];

  function grant(): Grant {
    const given = { cookie: secretOf192Bits(), key: secretOf192Bits() };
    sessions.push({ cookie: digest(given.cookie), key: digest(given.key) });
    if (sessions.length > maxSessions) sessions.shift();
    return given;
  }

  return {
    issueToken() {
      const text = secretOf192Bits();
      token = { hash: digest(text), until: now() + tokenMinutes * 60_000 };
      return text;
    },
    issueCode() {
      const text = Array.from({ length: 8 }, () => letters[randomInt(letters.length)]).join('');
      code = { hash: digest(text), until: now() + codeMinutes * 60_000 };
      return `${text.slice(0, 4)}-${text.slice(4)}`;
    },
    exchange(secret) {
      if (token !== null && now() < token.until && isEqual(token.hash, secret)) {
        token = null;
        return grant();
      }
      if (code !== null && now() < code.until && isEqual(code.hash, normaliseCode(secret))) {
        code = null;
        return grant();
      }
      return null;
    },
    isCookie(cookie) {
      return cookie !== undefined && sessions.some((session) => isEqual(session.cookie, cookie));
    },
    isSession(cookie, key) {
      if (cookie === undefined || key === undefined) return false;
      return sessions.some((session) => isEqual(session.cookie, cookie) && isEqual(session.key, key));
    },
  };
}
