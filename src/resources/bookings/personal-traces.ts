import type { TransactionContext } from '../../context.ts';
import { execute, select } from '../_kit/sql.ts';
import type { Booking } from './booking.model.ts';
import type { Customer } from './customer.model.ts';

/**
 * Where a person leaves traces, and how each is removed. Whoever adds a column that holds something of a person adds its
 * line here; `test/journeys/erasing.test.ts` looks for what was forgotten in every column of the database.
 */

interface Person {
  /** Locked: the profile and those that were merged into it. */
  readonly profiles: readonly Customer[];
  /** Locked. */
  readonly bookings: readonly Booking[];
}

/** Removes them all, in the caller's transaction. */
export async function removeTraces(ctx: TransactionContext, person: Person): Promise<void> {
  const facts = await factsOf(ctx, person);
  for (const { sql, bind } of traces) await execute(ctx, sql, bind(facts));
}

interface Facts {
  readonly now: Date;
  readonly customerIds: readonly string[];
  readonly bookingIds: readonly string[];
  readonly paymentIds: readonly string[];
  readonly intentIds: readonly string[];
  readonly addressIds: readonly string[];
  /** Of what people type when they look for the person, in small letters. */
  readonly words: readonly string[];
}

async function factsOf(ctx: TransactionContext, { profiles, bookings }: Person): Promise<Facts> {
  const bookingIds = bookings.map(({ id }) => id);
  const payments = await select<{ id: string; intent: string | null }>(
    ctx,
    'select id, stripe_payment_intent_id as intent from payments where booking_id = any($1::uuid[])',
    [bookingIds],
  );
  const addressIds = bookings.flatMap(({ pickupAddressId, deliveryAddressId }) =>
    [pickupAddressId, deliveryAddressId].flatMap((id) => id ?? []),
  );
  // Locked before they are looked at: a booking that is being made with one of them is waited for.
  await execute(ctx, 'select from addresses where id = any($1::uuid[]) order by id for update', [addressIds]);
  return {
    now: ctx.clock.now(),
    customerIds: profiles.map(({ id }) => id),
    bookingIds,
    paymentIds: payments.map(({ id }) => id),
    intentIds: payments.flatMap(({ intent }) => intent ?? []),
    addressIds: [...new Set(addressIds)],
    words: wordsOf(profiles, bookings),
  };
}

function wordsOf(profiles: readonly Customer[], bookings: readonly Booking[]): string[] {
  const people = [
    ...profiles.map(({ email, lastName, phone }) => [email, lastName, phone?.slice(-10)]),
    ...bookings.map((each) => [each.contactEmail, each.contactLastName, each.contactPhone?.slice(-10)]),
  ];
  const words = people.flat().flatMap((word) => (word ? [word.toLowerCase()] : []));
  return [...new Set(words)];
}

interface Trace {
  readonly sql: string;
  readonly bind: (facts: Facts) => readonly unknown[];
}

/** Mails about their bookings, and those that are about none. */
const theirMails = 'booking_id = any($1::uuid[]) or customer_id = any($2::uuid[])';
const whoseMails = ({ bookingIds, customerIds }: Facts) => [bookingIds, customerIds];

const traces: readonly Trace[] = [
  {
    sql: `
      update bookings set contact_first_name = 'Erased', contact_last_name = 'customer', contact_email = null,
        contact_phone = null, pickup_address = null, delivery_address = null, pickup_address_id = null,
        delivery_address_id = null, pickup_zip = left(pickup_zip, 5), delivery_zip = left(delivery_zip, 5),
        basket = basket #- '{miniMove,description}' #- '{standardDelivery,description}', instructions = '', notes = '',
        cancel_reason = null, cut_off_override_reason = case when cut_off_override_reason is not null then 'Erased' end,
        hold_client_address = null, marketing_opt_in = false,
        access_token_version = access_token_version + 1, version = version + 1, updated_at = $2
      where id = any($1::uuid[])`,
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    sql: `delete from audit_personal_values where booking_id = any($1::uuid[]) or customer_id = any($2::uuid[])`,
    bind: ({ bookingIds, customerIds }) => [bookingIds, customerIds],
  },
  {
    // What somebody searched for when they exported a list.
    sql: `
      delete from audit_personal_values v using audit_logs a
      where v.booking_id is null and v.customer_id is null and a.id = v.audit_log_id and a.action = 'list.exported'
        and exists (select from unnest($1::text[]) word
          where strpos(lower(v.value #>> '{}'), word) > 0
            or strpos(regexp_replace(v.value #>> '{}', '\\D', '', 'g'), word) > 0)`,
    bind: ({ words }) => [words],
  },
  {
    // The event stays workable: all that is taken from it is which object to read anew.
    sql: `
      update webhook_events set last_error = null, body = jsonb_build_object('id', body -> 'id', 'object', body -> 'object',
        'type', body -> 'type', 'created', body -> 'created', 'erased', true, 'data', jsonb_build_object('object',
          jsonb_strip_nulls(jsonb_build_object('id', body #> '{data,object,id}', 'object', body #> '{data,object,object}',
            'payment_intent', body #> '{data,object,payment_intent}'))))
      where source = 'stripe'
        and coalesce(body #>> '{data,object,payment_intent}', body #>> '{data,object,id}') = any($1::text[])`,
    bind: ({ intentIds }) => [intentIds],
  },
  {
    sql: `
      update webhook_events set last_error = null, body = jsonb_build_object('taskId', body -> 'taskId',
        'triggerId', body -> 'triggerId', 'triggerName', body -> 'triggerName', 'time', body -> 'time', 'erased', true)
      where source = 'onfleet' and body ->> 'taskId' in (
        select onfleet_task_id from delivery_tasks where booking_id = any($1::uuid[]))`,
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: `
      update delivery_tasks set last_error = null, completion_notes = null, tracking_url = null, photo_ids = '{}',
        signature_id = null, latitude = null, longitude = null, position_at = null,
        failure_reason = case when failure_reason is not null then 'Erased' end, updated_at = $2
      where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    sql: `update tracking_updates set latitude = null, longitude = null where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: `
      update needs_reviews set reason = 'Erased' where booking_id = any($1::uuid[])
        and kind in ('delivery_failed', 'task_refused', 'task_not_withdrawn')`,
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: `
      delete from mail_suppressions where email in (
        select lower(recipient) from notifications where (${theirMails}) and staff_user_id is null)`,
    bind: whoseMails,
  },
  {
    sql: `
      update webhook_events set last_error = null, body = jsonb_build_object('erased', true)
      where source = 'ses' and external_id in (
        select source_event from delivery_logs l join notifications n on n.id = l.notification_id
        where ${theirMails})`,
    bind: whoseMails,
  },
  {
    sql: `
      update delivery_logs set detail = null where notification_id in (
        select id from notifications where ${theirMails})`,
    bind: whoseMails,
  },
  {
    sql: `
      update notifications set recipient = 'erased ' || id, subject = null, variables = '{}', last_error = null,
        status = case when status = 'waiting' then 'withheld' else status end, updated_at = $3
      where ${theirMails}`,
    bind: (facts) => [...whoseMails(facts), facts.now],
  },
  {
    sql: 'update payments set card_words = null where booking_id = any($1::uuid[]) and card_words is not null',
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: 'delete from mail_choices where address = any($1::text[])',
    bind: ({ words }) => [words],
  },
  {
    sql: 'update feedbacks set comment = null, updated_at = $2 where booking_id = any($1::uuid[])',
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    // The files themselves are taken away by `eraseDocuments`.
    sql: `
      update documents set file_name = 'erased' || coalesce(substring(file_name from '[.][^.]*$'), ''), tags = '{}',
        updated_at = $2
      where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    sql: `
      update cois set building = '', notes = '', insurer = case when insurer is not null then 'Erased' end,
        policy_number = case when policy_number is not null then 'Erased' end,
        certificate_holder = case when certificate_holder is not null then 'Erased' end,
        rejected_reason = case when rejected_reason is not null then 'Erased' end,
        version = version + 1, updated_at = $2
      where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    sql: `update booking_notes set text = 'Erased', updated_at = $2 where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds, now }) => [bookingIds, now],
  },
  {
    sql: 'delete from idempotency_keys where resource_id = any($1::uuid[])',
    bind: ({ bookingIds, paymentIds }) => [[...bookingIds, ...paymentIds]],
  },
  {
    sql: `update discount_redemptions set customer_email = 'Erased customer' where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: `
      update refunds set reason = 'Erased', rejected_reason = case when rejected_reason is not null then 'Erased' end
      where booking_id = any($1::uuid[])`,
    bind: ({ bookingIds }) => [bookingIds],
  },
  {
    sql: `
      update needs_reviews set resolution = case when resolution is not null then 'Erased' end
      where booking_id = any($1::uuid[]) or payment_id = any($2::uuid[])`,
    bind: ({ bookingIds, paymentIds }) => [bookingIds, paymentIds],
  },
  {
    sql: `
      delete from addresses a where id = any($1::uuid[]) and not exists (
        select from bookings b where b.pickup_address_id = a.id or b.delivery_address_id = a.id)`,
    bind: ({ addressIds }) => [addressIds],
  },
  {
    sql: `
      update customers set email = null, first_name = 'Erased', last_name = 'customer', phone = null, preferences = '{}',
        communication_preferences = '{}', tags = '{}', notes = '', erased_at = $2, version = version + 1, updated_at = $2
      where id = any($1::uuid[])`,
    bind: ({ customerIds, now }) => [customerIds, now],
  },
];
