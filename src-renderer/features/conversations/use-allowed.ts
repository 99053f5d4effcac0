export { useAllowed } from '../../stores/hooks.tsx';
