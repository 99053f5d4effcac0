import { useEffect, useRef } from 'react';
import Plot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Sample } from '../stores/live.ts';
import type { Format } from '../i18n/use-format.ts';

interface RatePlotProps {
  readonly samples: readonly Sample[];
  readonly format: Format;
  readonly labels: { readonly rows: string; readonly bytes: string };
  readonly theme: string;
}

const height = 150;

/** Rows and bytes per second over the run's time. A picture: the figures stand beside it as text. */
export default function RatePlot({ samples, format, labels, theme }: RatePlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const latest = useRef(samples);
  latest.current = samples;

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
        legend: { show: false },
        cursor: { y: false, points: { size: 5 } },
        scales: { x: { time: false }, rows: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] }, bytes: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          { ...axis, values: (_, ticks) => ticks.map((tick) => format.duration(tick)) },
          { ...axis, scale: 'rows', size: 62, values: (_, ticks) => ticks.map((tick) => format.number(tick)) },
          { ...axis, scale: 'bytes', side: 1, size: 70, grid: { show: false }, values: (_, ticks) => ticks.map((tick) => format.bytes(tick)) },
        ],
        series: [
          {},
          { label: labels.rows, scale: 'rows', stroke: colour('--accent'), width: 1.5, fill: colour('--accent-soft'), points: { show: false } },
          { label: labels.bytes, scale: 'bytes', stroke: colour('--class-blob'), width: 1.25, dash: [4, 3], points: { show: false } },
        ],
      },
      dataOf(latest.current),
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [format, labels.rows, labels.bytes, theme]);

  useEffect(() => plot.current?.setData(dataOf(samples)), [samples]);

  return <div ref={host} aria-hidden className="h-[150px] w-full" />;
}

function dataOf(samples: readonly Sample[]): Plot.AlignedData {
  const start = samples[0]?.at ?? 0;
  return [samples.map((sample) => sample.at - start), samples.map((sample) => sample.rowsPerSecond), samples.map((sample) => sample.bytesPerSecond)];
}
