/** What a text of markdown consists of. */
export type Block =
  | { readonly kind: 'paragraph'; readonly children: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly children: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'quote'; readonly children: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly head: readonly Cell[]; readonly align: readonly Align[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'rule' };

/** `done`: null where the item is no task. */
export interface Item {
  readonly done: boolean | null;
  readonly children: readonly Block[];
}

export type Cell = readonly Inline[];
export type Align = 'start' | 'center' | 'end' | null;

/** What stands in a line of markdown. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'break' }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'emphasis' | 'strike'; readonly children: readonly Inline[] }
  | { readonly kind: 'link'; readonly address: string; readonly children: readonly Inline[] }
  /** Never loaded: shown by its name and address. */
  | { readonly kind: 'image'; readonly address: string; readonly text: string };

/** The words of pieces, without their form. */
export function plainText(pieces: readonly Inline[]): string {
  return pieces.map((piece) => ('children' in piece ? plainText(piece.children) : piece.kind === 'break' ? ' ' : piece.text)).join('');
}
