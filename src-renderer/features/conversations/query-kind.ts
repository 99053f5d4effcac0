import type { Query } from '../../../shared/model/conversation-query.ts';

/** True where a query is answered with messages; else with conversations. Who, when, and metadata alone choose conversations, and so does `has:deleted`. */
export function asksForMessages(query: Query): boolean {
  const { terms, roles, notRoles, models, notModels, has, notHas } = query;
  const ofMessages = [terms, roles, notRoles, models, notModels, has.filter((each) => each !== 'deleted'), notHas.filter((each) => each !== 'deleted')];
  return ofMessages.some((list) => list.length > 0) || query.in !== null || query.near !== null;
}

/** The words of a query as a person would type a name; empty where it has none. */
export function namesIn(query: Query): string {
  return query.terms.filter((term) => !term.not).map((term) => term.text).join(' ').slice(0, 200);
}
