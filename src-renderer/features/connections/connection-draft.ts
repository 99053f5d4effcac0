import type { Connection, ConnectionInput } from '../../../shared/model/project.ts';

export interface ConnectionDraft {
  readonly name: string;
  readonly kind: Connection['kind'];
  readonly location: string;
  readonly environment: Connection['environment'];
  readonly colour: Connection['colour'];
  readonly readOnly: boolean;
  readonly folder: string;
  readonly password: string;
  readonly forgetPassword: boolean;
}

export const emptyDraft: ConnectionDraft = {
  name: '', kind: 'postgres', location: '', environment: 'development', colour: 'slate', readOnly: false, folder: '', password: '', forgetPassword: false,
};

/** The password is never part of what is known about a connection, so the field starts empty. */
export function draftOf(connection: Connection): ConnectionDraft {
  const { name, kind, location, environment, colour, readOnly, folder = '' } = connection;
  return { name, kind, location, environment, colour, readOnly, folder, password: '', forgetPassword: false };
}

/** What is sent: an empty password is left out (the saved one stays), `null` forgets it. */
export function inputOf(draft: ConnectionDraft): ConnectionInput {
  const { name, kind, location, environment, colour, readOnly, folder } = draft;
  return {
    name: name.trim(),
    kind,
    location: kind === 'embedded' ? embeddedLocation(location.trim()) : location.trim(),
    environment,
    colour,
    readOnly,
    ...(folder.trim() === '' ? {} : { folder: folder.trim() }),
    ...(draft.password !== '' ? { password: draft.password } : draft.forgetPassword ? { password: null } : {}),
  };
}

/** True where a URL carries a password, which would end in plain text in the console's store. */
export function holdsPassword(location: string): boolean {
  return /^[a-z0-9+.-]+:\/\/[^/@\s]*:[^/@\s]+@/i.test(location.trim()) || /[?&]password=[^&]/i.test(location);
}

/** A colour that warns by itself when the environment is chosen first. */
export const colourOf: Record<Connection['environment'], Connection['colour']> = { development: 'slate', test: 'blue', staging: 'amber', production: 'red' };

/** A server's name, or its whole reference, as the core writes it. */
function embeddedLocation(text: string): string {
  if (text === '' || text === 'main') return 'embedded';
  return /^embedded(:|$)/.test(text) ? text : `embedded:${text}`;
}

/** True where a database lies on the machine the console runs on: no network stands between. */
export function isLocal({ kind, location }: { readonly kind: string; readonly location: string }): boolean {
  return kind !== 'postgres' || /^[a-z]+:\/\/(?:[^@/]*@)?(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])?(?::\d+)?(?:[/?]|$)/i.test(location);
}
