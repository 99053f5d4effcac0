/** The shape of a translation: the same keys as the English texts, so that a missing or a foreign key is a type error. */
export type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };
