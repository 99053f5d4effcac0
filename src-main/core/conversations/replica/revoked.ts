import { TravessiaError } from '../../../../shared/contract/errors.ts';

/** What is said of a replica that was destroyed, whichever way it is asked for. */
export const revoked = (): TravessiaError => new TravessiaError('REPLICA_REVOKED', { message: 'This replica was revoked: its key is destroyed and its data with it.', hint: 'Make a new one from the server, if you may.' });
