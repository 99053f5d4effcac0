/** Beyond these a query is no longer a person's: it gets a diagnostic and nothing is searched. */
export const maxQueryText = 20_000;
export const maxParts = 64;
/** Characters of one word; PostgreSQL refuses words of more than 2046 bytes. */
export const maxWord = 400;
/** Characters of a phrase or a value. */
export const maxValue = 2000;
