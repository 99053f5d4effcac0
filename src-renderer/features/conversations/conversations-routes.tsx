import type { Route } from '../../stores/route.ts';
import { ChangesScreen } from './changes/changes-screen.tsx';
import { AddLibraryScreen } from './libraries/add-library-screen.tsx';
import { IndexScreen } from './libraries/index-screen.tsx';
import { LibrariesScreen } from './libraries/libraries-screen.tsx';
import { LibraryOf } from './libraries/library-frame.tsx';
import { MappingScreen } from './libraries/mapping-screen.tsx';
import { RoleScreen } from '../profile/role-screen.tsx';
import { ReaderScreen } from './reader-screen.tsx';
import { addressOf } from './reader-address.ts';
import { ReplicasScreen } from './replicas/replicas-screen.tsx';
import { StatisticsScreen } from './statistics/statistics-screen.tsx';

/**
 * Below `#/conversations`: the libraries; `new` adds one; a library's id opens its reader, and behind it stand its statistics, mapping, index, role
 * and changes. The libraries' ids are made by the core and are none of these words.
 */
export default function ConversationRoutes({ route }: { route: Route }) {
  const [place, id, view] = route.path;
  if (place === 'replicas') return <ReplicasScreen />;
  if (id === undefined) return <LibrariesScreen chosen={route.query['library'] ?? null} />;
  if (id === 'new') return <AddLibraryScreen source={route.query['source'] ?? ''} />;
  switch (view) {
    case 'statistics':
      return <LibraryOf key={id} id={id}>{(library) => <StatisticsScreen library={library} query={route.query['q'] ?? ''} />}</LibraryOf>;
    case 'mapping':
      return <LibraryOf key={id} id={id}>{(library) => <MappingScreen library={library} />}</LibraryOf>;
    case 'index':
      return <LibraryOf key={id} id={id}>{(library) => <IndexScreen library={library} />}</LibraryOf>;
    case 'role':
      return <LibraryOf key={id} id={id}>{(library) => <RoleScreen library={library} />}</LibraryOf>;
    case 'changes':
      return <LibraryOf key={id} id={id}>{(library) => <ChangesScreen library={library} />}</LibraryOf>;
    default:
      return <ReaderScreen key={id} address={addressOf(id, route.query)} />;
  }
}
