import { Suspense, lazy } from 'react';
import type { ComponentProps } from 'react';
import { Skeleton } from './states.tsx';

const CodeView = lazy(() => import('./code-view.tsx'));

/** The code view, loaded when first shown: the console starts without the editor. */
export function Code(props: ComponentProps<typeof CodeView>) {
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <CodeView {...props} />
    </Suspense>
  );
}
