/** The one quoting function lives in shared/pure; this is its door for the drivers. */
export { cutIdentifier, identifierBytes, maxIdentifierBytes, quoteIdent, quoteLiteral, quoteQualified } from '../../../shared/pure/quote.ts';
