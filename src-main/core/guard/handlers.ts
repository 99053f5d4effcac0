/** profile and audit: who may do what, and what was done. */
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { pending } from '../conversations/pending.ts';

export function guardHandlers(_deps: CoreDeps) {
  return {
    'profile/get': (_input: HandlerInput<'profile/get'>, _context: CallContext): Promise<CallOutput<'profile/get'>> => pending('profile/get'),
    'profile/enter': (_input: HandlerInput<'profile/enter'>, _context: CallContext): Promise<CallOutput<'profile/enter'>> => pending('profile/enter'),
    'profile/leave': (_input: HandlerInput<'profile/leave'>, _context: CallContext): Promise<CallOutput<'profile/leave'>> => pending('profile/leave'),
    'profile/role-sql': (_input: HandlerInput<'profile/role-sql'>, _context: CallContext): Promise<CallOutput<'profile/role-sql'>> => pending('profile/role-sql'),
    'audit/list': (_input: HandlerInput<'audit/list'>, _context: CallContext): Promise<CallOutput<'audit/list'>> => pending('audit/list'),
    'audit/check': (_input: HandlerInput<'audit/check'>, _context: CallContext): Promise<CallOutput<'audit/check'>> => pending('audit/check'),
    'audit/export': (_input: HandlerInput<'audit/export'>, _context: CallContext): Promise<CallOutput<'audit/export'>> => pending('audit/export'),
    'audit/anchor': (_input: HandlerInput<'audit/anchor'>, _context: CallContext): Promise<CallOutput<'audit/anchor'>> => pending('audit/anchor'),
  };
}
