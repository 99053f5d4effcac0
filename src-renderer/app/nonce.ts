declare global {
  interface Window {
    __webpack_nonce__?: string;
  }
}

/** The nonce that the host wrote into the page for style elements; empty where the host sets no policy. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** Radix's scroll lock adds a style element and reads its nonce from this well-known name (package get-nonce). */
export function publishNonce(): void {
  const nonce = pageNonce();
  if (nonce !== '') window.__webpack_nonce__ = nonce;
}
