import { useEffect, useRef } from 'react';
import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Statistics } from '../../../../shared/model/conversation.ts';
import type { Format } from '../../../i18n/use-format.ts';

interface DayPlotProps {
  readonly days: Statistics['days'];
  readonly format: Format;
  readonly labels: { readonly messages: string; readonly conversations: string; readonly errors: string };
  readonly theme: string;
}

const height = 200;
/** Steps of an axis that counts: no half message. */
const counts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000, 5_000_000];

/** Messages, conversations and errors by day. A picture: the figures stand in a table beside it. */
export default function DayPlot({ days, format, labels, theme }: DayPlotProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const css = getComputedStyle(document.documentElement);
    const colour = (name: string): string => css.getPropertyValue(name).trim();
    const axis = { stroke: colour('--ink-faint'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line'), width: 1 }, font: '11px sans-serif' };
    const made = new Plot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => Plot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { show: false },
        cursor: { y: false, points: { size: 5 } },
        scales: { messages: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] }, conversations: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((tick) => format.day(tick * 1000)) },
          { ...axis, scale: 'messages', size: 58, incrs: counts, values: (_, ticks) => ticks.map((tick) => format.number(tick)) },
          { ...axis, scale: 'conversations', side: 1, size: 52, incrs: counts, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => format.number(tick)) },
        ],
        series: [
          {},
          { label: labels.messages, scale: 'messages', stroke: colour('--accent'), width: 1.5, fill: colour('--accent-soft'), points: { show: days.length < 3 } },
          { label: labels.conversations, scale: 'conversations', stroke: colour('--class-blob'), width: 1.25, dash: [4, 3], points: { show: days.length < 3 } },
          { label: labels.errors, scale: 'messages', stroke: colour('--danger'), width: 1.25, points: { show: days.length < 3 } },
        ],
      },
      [days.map((day) => Date.parse(`${day.day}T00:00:00Z`) / 1000), days.map((day) => day.messages), days.map((day) => day.conversations), days.map((day) => day.errors)],
      element,
    );
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [days, format, labels.messages, labels.conversations, labels.errors, theme]);
  return <div ref={host} aria-hidden className="h-[200px] w-full" />;
}
