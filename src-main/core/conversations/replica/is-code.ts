import { TravessiaError, type ErrorCode } from '../../../../shared/contract/errors.ts';

export function isTravessiaCode(error: unknown, ...codes: readonly ErrorCode[]): boolean {
  return error instanceof TravessiaError && codes.includes(error.code);
}
