import { z } from 'zod';
import { formatServiceDay, type ServiceDay, serviceDayOf } from '../../clock.ts';
import type { Context } from '../../context.ts';
import { Refusal } from '../../errors.ts';
import type { Weekday } from '../../pricing/rate-card.ts';
import { authorize } from '../../resources/_kit/policy.ts';
import { createRecord, editRecord } from '../../resources/_kit/write-record.ts';
import { movedWords } from '../../resources/bookings/booking-van.resource.ts';
import { moveToVan, some } from '../../resources/services/move-to-van.ts';
import { readVanDays } from '../../resources/services/read-van-days.ts';
import { previewVanDays, setVanDays, type VanDaysChange } from '../../resources/services/set-van-days.ts';
import { vanSchedulePolicy } from '../../resources/services/van-schedule.policy.ts';
import { dayFields, vanSchedules } from '../../resources/services/van-schedule.resource.ts';
import { dayWarnings, displacedWords } from '../../resources/services/van-warnings.resource.ts';
import * as field from '../kit/fields.ts';
import { readForm } from '../kit/read-form.ts';
import { readRow } from '../kit/read-rows.ts';
import { weekdayWords } from '../kit/words.ts';

/** What is done from the calendar: a booking moved, a day edited, many days set. Each by the use case that every door has. */

export interface VanName {
  readonly id: string;
  readonly name: string;
}

/** One van's day. */
export const dayForm = z.strictObject(dayFields);

/** Days of several vans at once. */
export function bulkForm(vans: readonly VanName[]) {
  return z.strictObject({
    vanIds: field.choices('Vans', Object.fromEntries(vans.map(({ id, name }) => [id, name]))),
    from: field.day('First day'),
    to: field.day('Last day'),
    weekdays: field.optional(field.choices('Only on', weekdayWords, 'None for every day.')),
    open: field.optional(
      field.choice('Open or closed', { closed: 'Close them', open: 'Open them' }, 'Empty leaves it.'),
    ),
    slots: field.optional(field.count('Slots', 0, 'Empty leaves them.')),
    specialtyLimit: field.optional(field.count('Specialty items', 0, 'Empty leaves them.')),
    note: field.optionalLine('Note', 500, 'Empty leaves it.'),
  });
}

const values = z.record(z.string(), z.unknown());
const posted = z.discriminatedUnion('verb', [
  z.object({
    verb: z.literal('move'),
    bookingId: z.uuid(),
    vanId: z.uuid(),
    purpose: z.enum(['ride', 'move']),
  }),
  z.object({
    verb: z.literal('editDay'),
    vanId: z.uuid(),
    day: z.iso.date(),
    scheduleId: z.uuid().nullable(),
    version: z.int().min(0).nullish(),
    preview: z.boolean().default(false),
    values,
  }),
  z.object({ verb: z.literal('setDays'), preview: z.boolean().default(false), values }),
]);
type Posted<Verb> = Extract<z.output<typeof posted>, { verb: Verb }>;

/** Does what was posted from the calendar, or says what it would do. Throws what the use cases throw. */
export async function changeCalendar(ctx: Context, payload: unknown): Promise<object> {
  const read = posted.safeParse(payload);
  if (!read.success) throw new Refusal('bad_request');
  const { data } = read;
  if (data.verb === 'move') return move(ctx, data);
  return data.verb === 'editDay' ? editDay(ctx, data) : setDays(ctx, data);
}

async function move(ctx: Context, { bookingId, vanId, purpose }: Posted<'move'>): Promise<object> {
  const moved = await moveToVan(ctx, { bookingId, vanId, purpose });
  return {
    notice: success(movedWords(moved)),
    undo: { verb: 'move', bookingId, purpose, vanId: moved.from.vanId },
  };
}

async function editDay(ctx: Context, asked: Posted<'editDay'>): Promise<object> {
  authorize(ctx, vanSchedulePolicy, 'edit');
  const { vanId, day, scheduleId } = asked;
  const stored = scheduleId === null ? {} : await readRow(ctx, vanSchedules, scheduleId);
  if (!stored) throw new Refusal('not_found');
  const names = Object.keys(dayFields);
  const current = Object.fromEntries(names.flatMap((name) => (name in stored ? [[name, stored[name]]] : [])));
  const typed = readValues(dayForm, { ...current, ...asked.values });
  if (asked.preview) return { warnings: await dayWarnings(ctx, { ...typed, vanId, day }) };
  if (scheduleId === null) {
    await createRecord(ctx, vanSchedules.noun, { vanId, day, ...typed });
  } else {
    const changed = names.filter((name) => name in asked.values);
    const version = asked.version ?? undefined;
    await editRecord(ctx, vanSchedules.noun, {
      id: scheduleId,
      version,
      values: Object.fromEntries(changed.map((name) => [name, typed[name]])),
    });
  }
  return { notice: success(`${formatServiceDay(day as ServiceDay)} saved.`) };
}

async function setDays(ctx: Context, asked: Posted<'setDays'>): Promise<object> {
  authorize(ctx, vanSchedulePolicy, 'edit');
  const today = serviceDayOf(ctx.clock.now());
  const vans = (await readVanDays(ctx, today, today)).map(({ vanId, name }) => ({ id: vanId, name }));
  const change = changeOf(readValues(bulkForm(vans), asked.values) as BulkValues);
  if (!asked.preview) {
    const days = await setVanDays(ctx, change);
    return { notice: success(`${some(days, 'day')} of vans changed.`) };
  }
  const { days, displaced } = await previewVanDays(ctx, change);
  if (days === 0) throw new Refusal('invalid', { detail: 'These days are like that already.' });
  const names = vans.filter(({ id }) => change.vanIds.includes(id)).map(({ name }) => name);
  return { warnings: [planWords(change, names, days), ...shortened(displacedWords(displaced))] };
}

type BulkValues = z.output<ReturnType<typeof bulkForm>>;

function changeOf(typed: BulkValues): VanDaysChange {
  return {
    vanIds: typed.vanIds,
    from: typed.from as ServiceDay,
    to: typed.to as ServiceDay,
    weekdays: typed.weekdays as readonly Weekday[] | null,
    open: typed.open === null ? null : typed.open === 'open',
    slots: typed.slots,
    specialtyLimit: typed.specialtyLimit,
    note: typed.note === '' ? null : typed.note,
  };
}

/** `Van 1, Van 2 from Sat 1 May 2027 to Mon 31 May 2027: closed. 62 days of vans change.` */
function planWords(change: VanDaysChange, vans: readonly string[], days: number): string {
  const { open, slots, specialtyLimit, note } = change;
  const becomes = [
    ...(open === null ? [] : [open ? 'open' : 'closed']),
    ...(slots === null ? [] : [some(slots, 'slot')]),
    ...(specialtyLimit === null ? [] : [some(specialtyLimit, 'specialty item')]),
    ...(note === null ? [] : [`noted “${note}”`]),
  ].join(', ');
  const only = change.weekdays?.map((each) => weekdayWords[each]).join(', ');
  const range = `from ${formatServiceDay(change.from)} to ${formatServiceDay(change.to)}`;
  return `${vans.join(', ')} ${range}${only ? `, only on ${only}` : ''}: ${becomes}. ${some(days, 'day')} of vans ${days === 1 ? 'changes' : 'change'}.`;
}

const MOST_WARNINGS = 60;

function shortened(sentences: readonly string[]): string[] {
  if (sentences.length === 0) return ['No booking rides beyond what is left.'];
  const more = sentences.length - MOST_WARNINGS;
  return more > 0
    ? [...sentences.slice(0, MOST_WARNINGS), `And ${some(more, 'more day')} like that.`]
    : [...sentences];
}

function readValues(form: field.Form, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const read = readForm(form, given);
  if (!read.ok) throw new Refusal('invalid', { violations: read.violations });
  return read.values;
}

function success(message: string) {
  return { type: 'success', message };
}
