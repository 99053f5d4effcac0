import { app } from 'electron';
import { dataFolder } from '../../platform/paths.ts';
import { startDesktop } from './host.ts';
import type { DesktopPlatform } from './host.ts';

const home = dataFolder();
// The core is loaded while the window opens: it is the larger part.
const createCore = async (platform: DesktopPlatform) => (await import('../../core/composition.ts')).createCore({ home, platform });

await startDesktop({ home, programFolder: app.getAppPath(), createCore, words: process.argv });
