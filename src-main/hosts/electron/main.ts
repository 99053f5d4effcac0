import { app } from 'electron';
import { dataFolder } from '../../platform/paths.ts';
import { startDesktop } from './host.ts';

const home = dataFolder();
// The core is loaded while the window opens: it is the larger part.
const createCore = async () => (await import('../../core/composition.ts')).createCore({ home });

await startDesktop({ home, programFolder: app.getAppPath(), createCore, words: process.argv });
