import type { CallName } from '../../../shared/contract/contract.ts';
import { useCall } from '../../stores/hooks.tsx';

/** Whether the profile in force allows a call; false until it is known. The core refuses the rest anyway: this only hides it. */
export function useAllowed(): (call: CallName) => boolean {
  const { data } = useCall('profile/get', {});
  return (call) => data?.calls.includes(call) ?? false;
}
