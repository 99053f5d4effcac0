import { TravessiaError } from '../../../shared/contract/errors.ts';
import { noMasking, type Guard, type Libraries } from './ports.ts';

/** Only on the way to the feature: every call of the contract has a handler. */
export function pending(name: string): Promise<never> {
  return Promise.reject(new TravessiaError('INTERNAL', { message: `${name} is not there yet.` }));
}

/** Until libraries.ts is there. */
export const pendingLibraries: Libraries = {
  get: () => pending('libraries'), reader: () => pending('libraries'), port: () => pending('libraries'), writer: () => pending('libraries'), close: () => Promise.resolve(),
};

/** Until core/guard is there. */
export const pendingGuard: Guard = { masker: () => Promise.resolve(noMasking), seesDeleted: () => Promise.resolve(true), reveal: () => undefined };

/** Until libraries.ts is there: a replica is made, and not yet read as a library. */
export const pendingReadAs = { add: () => Promise.resolve(''), remove: () => Promise.resolve() };
