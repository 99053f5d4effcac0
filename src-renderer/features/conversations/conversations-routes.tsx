import type { Route } from '../../stores/route.ts';
import { LibrariesScreen } from './libraries/libraries-screen.tsx';
import { ReaderScreen } from './reader-screen.tsx';
import { addressOf } from './reader-address.ts';

/**
 * Below `#/conversations`: the libraries; `new` adds one; a library's id opens its reader, and behind it stand its statistics, mapping, index and
 * changes. The libraries' ids are made by the core and are none of these words.
 */
export function ConversationRoutes({ route }: { route: Route }) {
  const [, id] = route.path;
  if (id === undefined) return <LibrariesScreen chosen={route.query['library'] ?? null} />;
  return <ReaderScreen key={id} address={addressOf(id, route.query)} />;
}
