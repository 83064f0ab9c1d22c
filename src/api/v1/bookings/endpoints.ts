import { z } from 'zod';
import { Refusal } from '../../../errors.ts';
import { accessTokenFor } from '../../../resources/bookings/access-token.ts';
import { bookingPatchSchema, bookingRequestSchema } from '../../../resources/bookings/booking-request.ts';
import { cancelBooking } from '../../../resources/bookings/cancel-booking.ts';
import { checkOutBooking } from '../../../resources/bookings/check-out-booking.ts';
import { bookingFacts } from '../../../resources/bookings/find-booking.ts';
import { inquireOnce } from '../../../resources/bookings/inquire-booking.ts';
import { readCancellation } from '../../../resources/bookings/plan-cancellation.ts';
import { updateBooking } from '../../../resources/bookings/update-booking.ts';
import { validateBooking } from '../../../resources/bookings/validate-booking.ts';
import { retrieveClientSecret } from '../../../resources/payments/open-intent.ts';
import { findKeptAnswer, type KeptAnswer, keepAnswer } from '../../../resources/plumbing/idempotency.ts';
import { type Call, type Endpoint, readBy } from '../../endpoint.ts';
import { openedBooking } from '../../middleware/bearer.ts';
import { readClaim } from '../../middleware/idempotency.ts';
import { sendFresh } from '../../send-json.ts';
import { presentBooking, presentCancellation } from './present.ts';
import {
  bookingSchema,
  cancellationSchema,
  cancelRequestSchema,
  checkoutRequestSchema,
  checkoutSchema,
  newBookingSchema,
  validationSchema,
} from './schema.ts';

const params = z.strictObject({ id: z.uuid() });
const replayed = 'Idempotent-Replayed';

export const bookingEndpoints: readonly Endpoint[] = [
  {
    method: 'post',
    path: '/bookings',
    operationId: 'createBooking',
    tag: 'Bookings',
    summary: 'Make an inquiry, its price locked for a day',
    description:
      'The quote request plus who and where; contact and addresses may come later by PATCH. The answer is the only ' +
      'one that holds the `accessToken`.',
    body: bookingRequestSchema,
    idempotent: true,
    limit: 'booking',
    answer: {
      status: 201,
      description: 'The booking.',
      schema: newBookingSchema,
      headers: { Location: 'Where the booking is.' },
    },
    errors: ['idempotency_key_required', 'idempotency_key_in_use', 'invalid', 'idempotency_key_reused'],
    handle: createBooking,
  },
  {
    method: 'get',
    path: '/bookings/{id}',
    operationId: 'getBooking',
    tag: 'Bookings',
    summary: 'Read a booking',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'The booking.', schema: bookingSchema },
    errors: ['not_found'],
    async handle({ ctx, request, response }) {
      const { bookingId } = await openedBooking(ctx, request);
      sendFresh(response, presentBooking(await bookingFacts(ctx, bookingId)));
    },
  },
  {
    method: 'patch',
    path: '/bookings/{id}',
    operationId: 'updateBooking',
    tag: 'Bookings',
    summary: 'Change a booking that is not paid yet',
    description:
      'Any field of the request; `null` takes an optional one away. What has a price, a day or a ZIP makes it an ' +
      'inquiry again at a new price; a live payment is cancelled first.',
    params,
    body: bookingPatchSchema,
    token: true,
    limit: 'booking',
    answer: { status: 200, description: 'The booking as it is now.', schema: bookingSchema },
    errors: [
      'not_found',
      'not_editable',
      'already_paid',
      'conflict',
      'invalid',
      'payment_provider_unavailable',
    ],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      await updateBooking(ctx, { bookingId, patch: request.body });
      sendFresh(response, presentBooking(await bookingFacts(ctx, bookingId)));
    },
  },
  {
    method: 'post',
    path: '/bookings/{id}/validate',
    operationId: 'validateBooking',
    tag: 'Bookings',
    summary: 'Ask whether it could be checked out now',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'Ready, or everything in the way.', schema: validationSchema },
    errors: ['not_found'],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      const { ready, errors } = await validateBooking(ctx, { bookingId });
      const answer: z.input<typeof validationSchema> = {
        ready,
        errors: errors.map(({ path, code, message }) => ({ path, code, message })),
      };
      sendFresh(response, answer);
    },
  },
  {
    method: 'post',
    path: '/bookings/{id}/checkout',
    operationId: 'checkOutBooking',
    tag: 'Bookings',
    summary: 'Hold the day and open the payment',
    description:
      'Confirm the returned intent with Stripe and the client secret. Called again it gives the same live intent. ' +
      'The booking confirms from Stripe’s webhook; read it to see.',
    params,
    body: checkoutRequestSchema,
    token: true,
    idempotent: true,
    limit: 'checkout',
    answer: { status: 200, description: 'The held booking and its payment.', schema: checkoutSchema },
    errors: [
      'idempotency_key_required',
      'not_found',
      'price_changed',
      'date_unavailable',
      'already_paid',
      'booking_cancelled',
      'attempts_exhausted',
      'conflict',
      'idempotency_key_in_use',
      'invalid',
      'incomplete',
      'discount_not_valid',
      'exceeds_van',
      'idempotency_key_reused',
      'too_many_holds',
      'payment_provider_unavailable',
    ],
    handle: checkOut,
  },
  {
    method: 'get',
    path: '/bookings/{id}/cancellation',
    operationId: 'readCancellation',
    tag: 'Bookings',
    summary: 'See what cancelling would do, or how far it is',
    description:
      'Before: what goes back by the policy if it were cancelled now. After: what went back, step by step.',
    params,
    token: true,
    limit: 'read',
    answer: { status: 200, description: 'The plan.', schema: cancellationSchema },
    errors: ['not_found', 'not_cancellable'],
    async handle({ ctx: visitor, request, response }) {
      const { bookingId, ctx } = await openedBooking(visitor, request);
      const plan = await readCancellation(ctx, bookingId);
      sendFresh(response, presentCancellation(await bookingFacts(ctx, bookingId), plan));
    },
  },
  {
    method: 'post',
    path: '/bookings/{id}/cancel',
    operationId: 'cancelBooking',
    tag: 'Bookings',
    summary: 'Cancel a booking',
    description:
      'Cancels at once and gives back what the policy says. The refund and whatever else follows run on by themselves: ' +
      '`steps` tells how far they are, and so does `GET …/cancellation` later.',
    params,
    body: cancelRequestSchema,
    token: true,
    idempotent: true,
    limit: 'booking',
    answer: { status: 200, description: 'The plan, carried out.', schema: cancellationSchema },
    errors: [
      'idempotency_key_required',
      'not_found',
      'booking_cancelled',
      'not_cancellable',
      'conflict',
      'idempotency_key_in_use',
      'invalid',
      'idempotency_key_reused',
    ],
    handle: cancel,
  },
];

async function createBooking({ ctx, request, response }: Call): Promise<void> {
  const claim = readClaim(request);
  const known = await findKeptAnswer(ctx, claim);
  if (known) response.setHeader(replayed, 'true');
  const { booking, answer } = known
    ? await again(known)
    : await inquireOnce(ctx, { request: request.body }, claim, (made) =>
        presentBooking({ booking: made, payment: null, deliveries: [] }),
      );
  const token = booking.accessTokenVersion === 1 ? { accessToken: accessTokenFor(ctx.config, booking) } : {};
  response.status(answer.status).setHeader('Location', `/api/v1/bookings/${answer.resourceId}`);
  sendFresh(response, { ...answer.body, ...token });

  async function again(answer: KeptAnswer) {
    const { booking: made } = await bookingFacts(ctx, answer.resourceId);
    return { booking: made, answer };
  }
}

async function checkOut({ ctx: visitor, request, response }: Call): Promise<void> {
  const { bookingId, ctx } = await openedBooking(visitor, request);
  const claim = readClaim(request);
  const known = await findKeptAnswer(ctx, claim);
  if (known) response.setHeader(replayed, 'true');
  sendFresh(response, known ? await withClientSecret(ctx, known.body) : await checkOutAndKeep());

  async function checkOutAndKeep(): Promise<object> {
    const { expectedTotalCents } = readBy(checkoutRequestSchema, request.body);
    const clientAddress = ctx.actor.type === 'customer' ? ctx.actor.address : null;
    const { booking, payment, clientSecret } = await checkOutBooking(ctx, {
      bookingId,
      expectedTotalCents,
      claim,
      clientAddress,
    });
    const body: z.input<typeof checkoutSchema> = {
      booking: presentBooking({ booking, payment, deliveries: [] }),
      payment: payment && {
        id: payment.id,
        paymentIntentId: payment.stripePaymentIntentId ?? '',
        clientSecret: null,
        publishableKey: ctx.config.stripe?.publishableKey ?? '',
        amountCents: payment.amountCents,
        holdExpiresAt: booking.holdExpiresAt?.toISOString() ?? null,
      },
    };
    const answer = { status: 200, body, resourceId: payment?.id ?? booking.id };
    const kept = await keepAnswer(ctx, claim, answer);
    if (kept !== answer) return withClientSecret(ctx, kept.body);
    return { ...body, payment: body.payment && { ...body.payment, clientSecret } };
  }
}

async function cancel({ ctx: visitor, request, response }: Call): Promise<void> {
  const { bookingId, ctx } = await openedBooking(visitor, request);
  const claim = readClaim(request);
  const known = await findKeptAnswer(ctx, claim);
  if (known) response.setHeader(replayed, 'true');
  sendFresh(response, known ? known.body : await cancelAndKeep());

  async function cancelAndKeep(): Promise<object> {
    const { reason } = readBy(cancelRequestSchema, request.body ?? {});
    const plan = await cancelBooking(ctx, { bookingId, reason: reason || null, claim });
    const body = presentCancellation(await bookingFacts(ctx, bookingId), plan);
    return (await keepAnswer(ctx, claim, { status: 200, body, resourceId: bookingId })).body;
  }
}

/** Stored answers hold no client secret: a replay asks Stripe for it again (`rules.md` §6). */
async function withClientSecret(ctx: Call['ctx'], kept: object): Promise<object> {
  const read = checkoutSchema.safeParse(kept);
  if (!read.success) throw new Refusal('internal', { cause: read.error });
  const { payment } = read.data;
  if (!payment) return kept;
  const clientSecret = await retrieveClientSecret(ctx, payment.paymentIntentId);
  return { ...kept, payment: { ...payment, clientSecret } };
}
