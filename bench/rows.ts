import type { Load } from './load.ts';

/** One line of the result. */
export interface Row {
  readonly name: string;
  readonly size: number;
  /** What ours was held against. */
  readonly floor: string;
  /** Ours ÷ floor. */
  readonly ratio: number;
  /** Whether it is held against the same at another size. */
  readonly isCompared: boolean;
  readonly target: string;
  /** Whether the ratio is of rates, where more is better, or of times and sizes. */
  readonly isRate: boolean;
  /** `null` where no target is set. */
  readonly met: boolean | null;
  readonly ours: string;
  readonly floors: string;
  /** Milliseconds of the half and of one in a hundred, where it was measured as a load. */
  readonly p50?: number;
  readonly p99?: number;
}

export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The median of what was measured in turn with its floor. */
export function middle(loads: readonly Load[]): Load {
  const sorted = [...loads].sort((a, b) => a.rate - b.rate);
  const found = sorted[Math.floor(sorted.length / 2)];
  if (!found) throw new Error('nothing was measured');
  return found;
}

/** Ours ÷ floor of rates, as the median of the pairs, so that a machine that slows down slows both. */
export function pairedRatio(ours: readonly Load[], floor: readonly Load[]): number {
  return median(ours.map(({ rate }, index) => rate / (floor[index]?.rate ?? Number.NaN)));
}

/** The median of figures. */
export function median(figures: readonly number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN;
}

export function rateRow(
  facts: { name: string; size: number; floor: string; target?: Target },
  ours: readonly Load[],
  floor: readonly Load[],
): Row {
  const own = middle(ours);
  const ratio = pairedRatio(ours, floor);
  return {
    ...judged(facts, ratio),
    isRate: true,
    ours: `${whole(own.rate)}/s`,
    floors: `${whole(middle(floor).rate)}/s`,
    p50: own.p50,
    p99: own.p99,
  };
}

export function judged(
  { name, size, floor, target = {} }: { name: string; size: number; floor: string; target?: Target },
  ratio: number,
): Omit<Row, 'ours' | 'floors'> {
  const { atLeast, atMost } = target;
  const words = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';
  const met = words === '' ? null : ratio >= (atLeast ?? -Infinity) && ratio <= (atMost ?? Infinity);
  return { name, size, floor, ratio, isCompared: true, target: words, isRate: false, met };
}

/** 1.3 times as slow, as a ratio of rates and of times. */
const SLOWER_AT_MOST = { rate: 0.77, time: 1.3 };

/** The same measure on the largest database against the smallest: nothing may become slower by more than 1.3 times. */
export function compareSizes(rows: readonly Row[]): Row[] {
  const sizes = [...new Set(rows.map(({ size }) => size))].sort((a, b) => a - b);
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (smallest === undefined || largest === undefined || smallest === largest) return [];
  return rows.flatMap((small) => {
    const large = rows.find(
      (row) => row.name === small.name && row.floor === small.floor && row.size === largest,
    );
    if (small.size !== smallest || !large || !small.isCompared) return [];
    const floor = `at ${smallest.toLocaleString('en-US')}`;
    const target = small.isRate ? { atLeast: SLOWER_AT_MOST.rate } : { atMost: SLOWER_AT_MOST.time };
    return [
      {
        ...judged({ name: small.name, size: largest, floor, target }, large.ratio / small.ratio),
        ours: large.ours,
        floors: small.ours,
      },
    ];
  });
}

export function table(rows: readonly Row[]): string {
  const head = [
    'measure',
    'bookings',
    'held against',
    'ours',
    'floor',
    'ratio',
    'target',
    '',
    'p50 ms',
    'p99 ms',
  ];
  const lines = rows.map((row) => [
    row.name,
    row.size.toLocaleString('en-US'),
    row.floor,
    row.ours,
    row.floors,
    row.ratio.toFixed(2),
    row.target,
    row.met === null ? '' : row.met ? 'met' : 'MISSED',
    row.p50?.toFixed(1) ?? '',
    row.p99?.toFixed(1) ?? '',
  ]);
  const widths = head.map((words, index) =>
    Math.max(words.length, ...lines.map((line) => line[index]?.length ?? 0)),
  );
  const write = (line: readonly string[]) =>
    `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
  return [write(head), write(widths.map((width) => '-'.repeat(width))), ...lines.map(write)].join('\n');
}

export function whole(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
