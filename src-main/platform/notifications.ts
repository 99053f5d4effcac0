export interface Notice {
  readonly title: string;
  readonly body: string;
}

/** Telling a person who looks elsewhere that long work has ended. */
export interface Notifications {
  show(notice: Notice): void;
}

export const noNotifications: Notifications = { show: () => undefined };
