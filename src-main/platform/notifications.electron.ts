import { Notification } from 'electron';
import type { Notifications } from './notifications.ts';

/** The system's notifications; a click calls `onClick`, which brings the window to the front. */
export function createElectronNotifications(onClick: () => void): Notifications {
  return {
    show({ title, body }) {
      if (!Notification.isSupported()) return;
      const notification = new Notification({ title, body });
      notification.on('click', onClick);
      notification.show();
    },
  };
}
