import { TravessiaError } from '../../../shared/contract/errors.ts';
import { noMasking, type Guard } from './ports.ts';

/** Only on the way to the feature: every call of the contract has a handler. */
export function pending(name: string): Promise<never> {
  return Promise.reject(new TravessiaError('INTERNAL', { message: `${name} is not there yet.` }));
}

/** Until core/guard is there. */
export const pendingGuard: Guard = { masker: () => Promise.resolve(noMasking), seesDeleted: () => Promise.resolve(true), reveal: () => undefined };
