/**
 * `node bench/conversations-scroll.ts [--thread N] [--conversations N] [--seconds N]`
 *
 * Scrolls the reader of conversations in Chromium, as the web host serves it: the list of all conversations and one long thread, down and up by
 * wheel, then through as many messages as it can. Prints one JSON document: milliseconds between frames (p50, p95, p99), tasks over 50 ms (as they last, and as they work), messages seen, and
 * by how many MB the page's heap and its process grew. Needs a build (`npm run build`) and a Chromium (TRAVESSIA_CHROMIUM). On a machine without a graphics card
 * the browser draws by processor: frames then tell of the machine, tasks of the console.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import type { CDPSession, Page } from '@playwright/test';
import { startProgram } from '../e2e/support/program.ts';
import { makeSupportDesk } from '../e2e/support/support-desk.ts';
import { machine } from './machine.ts';

const { values } = parseArgs({ options: { thread: { type: 'string', default: '200000' }, conversations: { type: 'string', default: '20000' }, seconds: { type: 'string', default: '15' } } });
const seconds = Number(values.seconds);

const program = await startProgram();
const executablePath = process.env['TRAVESSIA_CHROMIUM'];
const browser = await chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), chromiumSandbox: process.getuid?.() !== 0 && process.env['TRAVESSIA_CHROMIUM_SANDBOX'] !== '0', args: ['--disable-gpu'] });
try {
  const file = join(program.folder, 'desk.sqlite');
  const desk = makeSupportDesk(file, Number(values.thread), Number(values.conversations));
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const cdp = await page.context().newCDPSession(page);
  const whole = await browser.newBrowserCDPSession();
  await page.goto(program.url);
  await page.getByRole('textbox').fill(program.code());
  await page.getByRole('textbox').press('Enter');
  await page.waitForURL((url) => url.hash !== '');
  const copySeconds = await openDesk(page, file);
  await page.waitForTimeout(2000);
  const before = await memory(cdp, whole);

  const list = await measure(page, cdp, '[data-testid="reader-list"]');
  await page.goto(`${page.url()}?c=c-020`);
  await page.locator('[data-testid="thread"] article').first().waitFor();
  const fromStart = await measure(page, cdp, '[data-testid="thread"]');
  await page.goto(page.url().replace(/\?.*$/u, `?c=c-020&m=c-020-m${String(Math.floor(desk.longThread / 2)).padStart(6, '0')}`));
  await page.locator('[data-testid="thread"] article[aria-current="true"]').waitFor();
  const fromMiddle = await measure(page, cdp, '[data-testid="thread"]');
  const seen = await race(page);
  const after = await memory(cdp, whole);
  process.stdout.write(`${JSON.stringify({ machine: machine(), thread: desk.longThread, conversations: desk.conversations, copySeconds, list, fromStart, fromMiddle, raced: seen, memoryMb: { heapBefore: before.heap, heapAfter: after.heap, processBefore: before.process, processAfter: after.process } }, null, 2)}\n`);
} finally {
  await browser.close();
  await program.stop();
}

/** Opens the file as a library and makes its copy; answers how many seconds the copy took. */
async function openDesk(page: Page, file: string): Promise<number> {
  await page.goto(`${new URL(page.url()).origin}/#/conversations/new?source=${encodeURIComponent(file)}`);
  await page.getByRole('button', { name: 'Open as a library' }).click({ timeout: 120_000 });
  const make = page.getByRole('button', { name: 'Make the copy' });
  await make.click();
  const started = performance.now();
  await page.getByText('Search is not ready for this library').waitFor({ state: 'detached', timeout: 3_600_000 });
  return Math.round((performance.now() - started) / 1000);
}

/** Frames and long tasks while an element is scrolled down and up again by the wheel. */
async function measure(page: Page, cdp: CDPSession, selector: string): Promise<Record<string, number>> {
  await page.evaluate(() => {
    const told: { frames: number[]; tasks: number[]; on: boolean } = { frames: [], tasks: [], on: true };
    Object.assign(window, { told });
    new PerformanceObserver((entries) => entries.getEntries().forEach((entry) => told.tasks.push(entry.duration))).observe({ type: 'longtask' });
    let last = performance.now();
    const tick = (now: number): void => {
      told.frames.push(now - last);
      last = now;
      if (told.on) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  const at = { x: Math.round(box.x + box.width / 2), y: Math.round(box.y + box.height / 2) };
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  for (const sign of [-1, 1]) await cdp.send('Input.synthesizeScrollGesture', { ...at, yDistance: sign * 2400 * seconds, speed: 2400, gestureSourceType: 'mouse', preventFling: true });
  const worked = workedTasks((await browser.stopTracing()).toString());
  const told = await page.evaluate(() => {
    const kept: unknown = Reflect.get(window, 'told');
    if (typeof kept !== 'object' || kept === null || !('frames' in kept) || !('tasks' in kept)) throw new Error('nothing was measured');
    Object.assign(kept, { on: false });
    return { frames: kept.frames, tasks: kept.tasks };
  });
  const numbers = (value: unknown): number[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'number').toSorted((a, b) => a - b) : []);
  const [frames, tasks] = [numbers(told.frames), numbers(told.tasks)];
  const share = (part: number): number => Math.round((frames[Math.floor(frames.length * part)] ?? 0) * 10) / 10;
  return { frames: frames.length, p50: share(0.5), p95: share(0.95), p99: share(0.99), tasksOver50: tasks.length, longestTask: Math.round(tasks.at(-1) ?? 0), workedOver50: worked.filter((each) => each > 50).length, longestWork: Math.round(worked.at(-1) ?? 0) };
}

/** Milliseconds that the tasks of the page's main thread had the processor, ascending: on a busy machine a task lasts longer than it works. */
function workedTasks(trace: string): number[] {
  const parsed: unknown = JSON.parse(trace);
  const events: unknown = typeof parsed === 'object' && parsed !== null && 'traceEvents' in parsed ? parsed.traceEvents : [];
  const known = (Array.isArray(events) ? events : []).filter((each): each is { name: string; pid: number; tid: number; tdur?: number; args?: { name?: string } } => typeof each === 'object' && each !== null && 'name' in each && 'tid' in each);
  const mains = new Set(known.filter((each) => each.name === 'thread_name' && each.args?.name === 'CrRendererMain').map((each) => `${each.pid} ${each.tid}`));
  return known.filter((each) => each.name.endsWith('RunTask') && mains.has(`${each.pid} ${each.tid}`)).map((each) => (each.tdur ?? 0) / 1000).toSorted((a, b) => a - b);
}

/** Scrolls as fast as messages come; answers how many were drawn. */
function race(page: Page): Promise<number> {
  return page.evaluate(async (milliseconds) => {
    const box = document.querySelector('[data-testid="thread"]');
    if (!box) throw new Error('no thread');
    let last = '';
    let drawn = 0;
    for (const end = performance.now() + milliseconds; performance.now() < end; ) {
      box.scrollTop += 900;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const keys = [...box.querySelectorAll('article')].map((each) => each.getAttribute('data-message') ?? '');
      drawn += keys.filter((key) => key > last).length;
      last = keys.at(-1) ?? last;
    }
    return drawn;
  }, 4000 * seconds);
}

/** MB of the page's heap after collecting, and of the largest renderer process as the system counts it. */
async function memory(cdp: CDPSession, whole: CDPSession): Promise<{ heap: number; process: number }> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  const { processInfo } = await whole.send('SystemInfo.getProcessInfo');
  const resident = processInfo.filter((each) => each.type === 'renderer').map(({ id }) => residentMb(id));
  return { heap: Math.round(usedSize / 1_048_576), process: Math.max(0, ...resident) };
}

function residentMb(id: number): number {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? 0) / 1024);
  } catch {
    return 0; // not Linux, or the process is gone
  }
}
