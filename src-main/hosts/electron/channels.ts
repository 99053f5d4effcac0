/** The only two channels between the window and the main process. */
export const callChannel = 'travessia:call';
export const eventChannel = 'travessia:event';
