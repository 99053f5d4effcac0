import { randomBytes } from 'node:crypto';

export interface PolicyParts {
  /** Allows the `<style>` elements that carry it (CodeMirror makes some); per response, never for scripts. */
  readonly nonce?: string;
  /** Address of the web host's socket. `'self'` covers it in current browsers; older Safari wants it named. */
  readonly socket?: string;
}

/** The content security policy of both window hosts (design: experience.md): nothing but the console's own files. */
export function contentSecurityPolicy(parts: PolicyParts = {}): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${parts.nonce === undefined ? '' : ` 'nonce-${parts.nonce}'`}`,
    `connect-src 'self'${parts.socket === undefined ? '' : ` ${parts.socket}`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ');
}

export const newNonce = () => randomBytes(18).toString('base64');

/**
 * The console's page with a nonce the page can read: `meta[name=csp-nonce]`'s content
 * (`src-renderer/app/nonce.ts`), and by the property of that name where Vite's own helpers look for it.
 */
export function withNonce(html: string, nonce: string): string {
  return html.replace(/<head(\s[^>]*)?>/i, (head) => `${head}<meta name="csp-nonce" property="csp-nonce" nonce="${nonce}" content="${nonce}">`);
}

/** Headers every answer carries, in both window hosts. */
export const fixedSecurityHeaders: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // Only names every Chromium knows: an unknown one (bluetooth, on Linux) leaves a warning in the browser's console.
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), display-capture=(), midi=()',
};
