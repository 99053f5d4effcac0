import { TravessiaError } from '../../../shared/contract/errors.ts';

/** Only on the way to the feature: every call of the contract has a handler. */
export function pending(name: string): Promise<never> {
  return Promise.reject(new TravessiaError('INTERNAL', { message: `${name} is not there yet.` }));
}
