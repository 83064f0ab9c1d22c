import {
  addDays,
  daysBetween,
  formatServiceDay,
  instantOf,
  parseServiceDay,
  type ServiceDay,
  serviceDayOf,
} from '../../clock.ts';
import type { Context } from '../../context.ts';
import { authorize, mayAct } from '../../resources/_kit/policy.ts';
import { analyticsPolicy } from '../../resources/crm/analytics.policy.ts';
import { driverPolicy } from '../../resources/logistics/driver.policy.ts';
import { type DriverMeasure, measureDrivers } from '../../resources/logistics/measure-drivers.ts';
import { type MailMeasure, measureMails } from '../../resources/notifications/measure-mails.ts';
import { notificationPolicy } from '../../resources/notifications/notification.policy.ts';
import { templateTypes } from '../../resources/notifications/templates/catalogue.ts';
import type { Analytics, Figure, Part, Table } from '../components/analytics-types.ts';
import { recordPath, roleOf } from '../kit/read-rows.ts';

export interface Days {
  readonly from: ServiceDay;
  /** Inclusive. */
  readonly to: ServiceDay;
}

type Query = Readonly<Record<string, unknown>>;

const USUAL_DAYS = 30;
const MOST_ROWS = 200;
/** Without the quickest and the slowest: it has to stand beside two names. */
const DAILY_FIGURES = 6;
const MOST_DAYS = 366;

/** Drivers and mails in figures over a period, for everybody who sees reports: two statements, whatever there is. */
export async function analytics(ctx: Context, query: Query): Promise<Analytics> {
  authorize(ctx, analyticsPolicy, 'show');
  const today = serviceDayOf(ctx.clock.now());
  const days = daysOf(query, today);
  const period = periodOf(days);
  const [drivers, mails] = await Promise.all([measureDrivers(ctx, period), measureMails(ctx, period)]);
  return {
    ...days,
    words: `${formatServiceDay(days.from)} – ${formatServiceDay(days.to)}`,
    choices: [7, 30, 90].map((count) => ({
      label: `${count} days`,
      from: addDays(today, 1 - count),
      to: today,
    })),
    parts: [deliveryPart(ctx, drivers, days), mailPart(ctx, mails, days)],
  };
}

/** The days that an address names, the later ones of a period that is too long; without any, the last thirty. */
export function daysOf(query: Query, today: ServiceDay): Days {
  const [one, other] = [dayOf(query.from), dayOf(query.to)];
  const to = other ?? (one && one > today ? one : today);
  const from = one ?? addDays(to, 1 - USUAL_DAYS);
  const [first, last] = from <= to ? [from, to] : [to, from];
  return { from: daysBetween(first, last) < MOST_DAYS ? first : addDays(last, 1 - MOST_DAYS), to: last };
}

function dayOf(text: unknown): ServiceDay | null {
  if (typeof text !== 'string' || !/^20\d\d-/.test(text)) return null;
  try {
    return parseServiceDay(text);
  } catch {
    return null;
  }
}

export function periodOf({ from, to }: Days): { from: Date; until: Date } {
  return { from: instantOf(from, 0), until: instantOf(addDays(to, 1), 0) };
}

function deliveryPart(ctx: Context, all: readonly DriverMeasure[], days: Days): Part {
  const mayOpen = mayAct(driverPolicy, 'show', roleOf(ctx));
  const rows = (of: DriverMeasure['of']) => all.filter((each) => each.of === of);
  const [total] = rows('total');
  const driverOf = ({ driverId, driver }: DriverMeasure): Figure => ({
    text: driver ?? 'Without a driver',
    ...(driverId !== null && mayOpen && { href: recordPath('drivers', driverId) }),
  });
  const dayOfRow = ({ day }: DriverMeasure): Figure => ({
    text: day === null ? '' : formatServiceDay(day),
    ...(day !== null && { href: `/admin/pages/dispatch?day=${day}` }),
  });
  const table = (title: string, of: DriverMeasure['of'], first: (row: DriverMeasure) => Figure): Table => ({
    title,
    head: [
      title === 'By driver' ? 'Driver' : 'Day',
      'Stops',
      'Completed',
      'Failed',
      'Success',
      'On time',
      'Minutes a stop',
      'Quickest',
      'Slowest',
    ],
    names: 1,
    rows: rows(of).map((row) => [first(row), ...driverFigures(row)]),
    total: total ? [{ text: 'All' }, ...driverFigures(total)] : [],
    csv: csvPath(of === 'driver' ? 'drivers' : 'days', days),
  });
  const each = rows('driver_day');
  const daily = (all: DriverMeasure): Table => ({
    title: 'By driver and day',
    head: ['Day', 'Driver', 'Stops', 'Completed', 'Failed', 'Success', 'On time', 'Minutes a stop'],
    names: 2,
    ...(each.length > MOST_ROWS && {
      more: `The latest ${MOST_ROWS} of ${count(each.length).text} lines; the CSV has all of them.`,
    }),
    rows: each
      .slice(0, MOST_ROWS)
      .map((row) => [dayOfRow(row), driverOf(row), ...driverFigures(row).slice(0, DAILY_FIGURES)]),
    total: [{ text: 'All' }, { text: '' }, ...driverFigures(all).slice(0, DAILY_FIGURES)],
    csv: csvPath('driver-days', days),
  });
  return {
    title: 'Deliveries',
    note: 'Stops that are over, on the day of their window. On time is what was completed within it; minutes are from arrival to the end.',
    cards: total ? deliveryCards(total, rows('driver')) : [],
    tables: total
      ? [table('By driver', 'driver', driverOf), table('By day', 'day', dayOfRow), daily(total)]
      : [],
    empty: 'No stop was driven in this period. Choose another one, or look at the dispatch board.',
  };
}

function driverFigures(row: DriverMeasure): Figure[] {
  return [
    count(row.completed + row.failed),
    count(row.completed),
    count(row.failed),
    rate(row.completed, row.completed + row.failed),
    rate(row.onTime, row.completed),
    minutes(row.minutes),
    minutes(row.quickest),
    minutes(row.slowest),
  ];
}

function deliveryCards(total: DriverMeasure, drivers: readonly DriverMeasure[]): Part['cards'] {
  const { completed, failed, onTime, timed } = total;
  const ranked = drivers
    .filter((each) => each.driver !== null && each.completed > 0)
    .toSorted((a, b) => b.onTime / b.completed - a.onTime / a.completed || b.completed - a.completed);
  const [best, worst] = [ranked[0], ranked.at(-1)];
  const named = (label: string, each: DriverMeasure) => ({
    label,
    text: each.driver ?? '',
    hint: `${rate(each.onTime, each.completed).text} on time, ${some(each.completed, 'stop')}`,
  });
  return [
    {
      label: 'Stops',
      text: count(completed + failed).text,
      hint: `${completed} completed, ${failed} failed`,
    },
    { label: 'Success', text: rate(completed, completed + failed).text },
    { label: 'On time', text: rate(onTime, completed).text, hint: `${onTime} of ${completed} completed` },
    { label: 'Minutes a stop', text: minutes(total.minutes).text, hint: `${some(timed, 'stop')} timed` },
    ...(best && worst && best !== worst ? [named('Most on time', best), named('Least on time', worst)] : []),
  ];
}

function mailPart(ctx: Context, all: readonly MailMeasure[], days: Days): Part {
  const mayList = mayAct(notificationPolicy, 'list', roleOf(ctx));
  const rows = (of: MailMeasure['of']) => all.filter((each) => each.of === of);
  const [total] = rows('total');
  const list = (filters: string, { from, to }: Days) =>
    mayList && {
      href: `/admin/resources/notifications?${filters}filters.createdAt~~from=${from}&filters.createdAt~~to=${to}`,
    };
  const typeOf = ({ type }: MailMeasure): Figure => ({
    text: type === null ? '' : templateTypes[type].name,
    ...list(`filters.type=${type}&`, days),
  });
  const dayOfRow = ({ day }: MailMeasure): Figure => ({
    text: day === null ? '' : formatServiceDay(day),
    ...(day !== null && list('', { from: day, to: day })),
  });
  const table = (title: string, of: MailMeasure['of'], first: (row: MailMeasure) => Figure): Table => ({
    title,
    head: [
      title === 'By kind' ? 'Mail' : 'Day',
      'Sent',
      'Delivered',
      'Opened',
      'Clicked',
      'Came back',
      'Called spam',
      'Withheld',
      'Not sent',
      'Waiting',
    ],
    names: 1,
    rows: rows(of).map((row) => [first(row), ...mailFigures(row)]),
    total: total ? [{ text: 'All' }, ...mailFigures(total)] : [],
    csv: csvPath(of === 'type' ? 'mails' : 'mail-days', days),
  });
  return {
    title: 'Mails',
    note: 'Mails by the day on which they were written. Delivered and came back are of those sent, opened and clicked of those delivered.',
    cards: total
      ? [
          { label: 'Sent', text: count(total.sent).text },
          { label: 'Delivered', text: rate(total.delivered, total.sent).text },
          { label: 'Opened', text: rate(total.opened, total.delivered).text },
          { label: 'Came back', text: rate(total.bounced, total.sent).text },
        ]
      : [],
    tables: total ? [table('By kind', 'type', typeOf), table('By day', 'day', dayOfRow)] : [],
    empty: 'No mail was written in this period. Choose another one.',
  };
}

function mailFigures(row: MailMeasure): Figure[] {
  return [
    count(row.sent),
    rate(row.delivered, row.sent),
    rate(row.opened, row.delivered),
    rate(row.clicked, row.delivered),
    rate(row.bounced, row.sent),
    count(row.complained),
    count(row.withheld),
    count(row.failed),
    count(row.waiting),
  ];
}

const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 1 });
const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

function count(value: number): Figure {
  return { text: figures.format(value) };
}

/** Of nothing there is no rate. */
function rate(part: number, whole: number): Figure {
  if (whole === 0) return { text: '—' };
  return { text: percent.format(part / whole), share: Math.floor((100 * part) / whole) };
}

function minutes(value: number | null): Figure {
  return { text: value === null ? '—' : figures.format(value) };
}

function some(value: number, noun: string): string {
  return `${figures.format(value)} ${noun}${value === 1 ? '' : 's'}`;
}

function csvPath(table: string, { from, to }: Days): string {
  return `/admin/export/analytics/${table}.csv?from=${from}&to=${to}`;
}
