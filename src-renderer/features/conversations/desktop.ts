/** In the desktop window no further window and no address of a message is opened: its host allows a few known manuals only (hosts/electron/navigation.ts). */
export const isDesktop = (): boolean => window.travessia !== undefined;

/** Where a link of this console leads, written out. */
export function wholeAddress(href: string): string {
  return new URL(href, window.location.href).href;
}
