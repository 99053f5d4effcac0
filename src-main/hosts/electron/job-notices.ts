import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Notifications } from '../../platform/notifications.ts';
import type { DesktopTexts } from './texts.ts';

interface NoticeOptions {
  readonly notifications: Notifications;
  /** True while somebody looks at the window: then the page says it. */
  readonly isWatched: () => boolean;
  readonly texts: () => DesktopTexts;
}

/** Tells the person who looks elsewhere that a job has ended; once per job, cancelled ones excepted. */
export function createJobNotices({ notifications, isWatched, texts }: NoticeOptions): (event: TravessiaEvent) => void {
  const running = new Set<string>();
  return (event) => {
    if (event.type !== 'job') return;
    const { id, state, title } = event.job;
    if (state === 'running' || state === 'cancelling') {
      running.add(id);
      return;
    }
    if (!running.delete(id) || state === 'cancelled' || isWatched()) return;
    notifications.show({ title, body: state === 'done' ? texts().jobDone : texts().jobFailed });
  };
}
