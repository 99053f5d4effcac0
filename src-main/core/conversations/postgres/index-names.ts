/** Names of what the index plan makes; one place, so that plan and reader agree. */
import { createHash } from 'node:crypto';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { quoteIdent, quoteLiteral, quoteQualified } from '../../../../shared/pure/quote.ts';

/** A schema of its own: a migration's journal, `travessia`, may leave as a whole when its run is completed. */
export const searchSchema = 'travessia_search';

const accented = 'áàâãäåāăąçćčďđéèêëēėęěğíìîïīįłñńňóòôõöøōőřśšşșťţúùûüūůűųýÿžźżÁÀÂÃÄÅĀĂĄÇĆČĎĐÉÈÊËĒĖĘĚĞÍÌÎÏĪĮŁÑŃŇÓÒÔÕÖØŌŐŘŚŠŞȘŤŢÚÙÛÜŪŮŰŲÝŸŽŹŻ';
const plain = 'aaaaaaaaacccddeeeeeeeegiiiiiilnnnoooooooorssssttuuuuuuuuyyzzzaaaaaaaaacccddeeeeeeeegiiiiiilnnnoooooooorssssttuuuuuuuuyyzzz';

/** Lower case without accents, by functions that every server has and that an index may use. */
export function foldSql(sql: string): string {
  // In this order: lower() of the C locale knows ASCII only. translate() costs by its list, and most texts need none of it.
  return `lower(CASE WHEN octet_length(${sql}) = length(${sql}) THEN ${sql} ELSE translate(${sql}, ${quoteLiteral(accented)}, ${quoteLiteral(plain)}) END)`;
}

export interface SearchNames {
  readonly schema: string;
  /** Of this library's messages: one row for each. */
  readonly documents: string;
  readonly documentsSql: string;
  readonly index: string;
}

/** By the table and by what is read of it: libraries that read the same share an index, others do not disturb each other. */
export function searchNames(table: { readonly schema: string; readonly name: string }, mapping: Mapping): SearchNames {
  const { messages } = mapping;
  const read = JSON.stringify([table.schema, table.name, messages?.id, messages?.conversation, messages?.content, messages?.contentAs, messages?.parts, messages?.created, messages?.role, messages?.model, messages?.owner, messages?.error, messages?.metadata]);
  const documents = `documents_${createHash('sha256').update(read).digest('hex').slice(0, 10)}`;
  return { schema: searchSchema, documents, documentsSql: quoteQualified(searchSchema, documents), index: quoteIdent(`${documents}_words`) };
}
