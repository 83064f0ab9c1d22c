import express, { type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { readBookingPage } from '../../resources/bookings/booking-page-link.ts';
import { authorizeBooking, readBooking } from '../../resources/bookings/find-booking.ts';
import { readCertificate } from '../../resources/documents/read-certificate.ts';
import { readTracking } from '../../resources/logistics/read-tracking.ts';
import { setPaper } from '../../resources/payments/papers/set-paper.ts';
import { writeCustomersReceipt } from '../../resources/payments/papers/write-papers.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { followingPolicy, pageHeaders, refusals, sendPage } from '../pages/page-frame.ts';
import { bookingPage } from './page.ts';

/**
 * `/booking/{token}`: where mails lead: what is booked, how it stands, and
 * where the van is, live; and a form to send the certificate by. `…/receipts/{attempt}.pdf` is the receipt of a payment that
 * came. Looking changes nothing.
 */
export function bookingPageRoutes(limits: Pick<Limiters, 'read'>): Router {
  const router = express.Router();
  router
    .route('/booking/:token')
    .all((_request, response, next) => {
      pageHeaders(response, '/booking/{token}', followingPolicy);
      next();
    })
    .head((_request, response) => {
      response.end();
    })
    .get(...limits.read, async (request, response) => {
      const ctx = contextOf(response);
      const named = readBookingPage(request.params.token);
      if (!named) throw new Refusal('not_found');
      await authorizeBooking(ctx, named);
      const booking = await readBooking(ctx, named.bookingId);
      sendPage(
        response,
        bookingPage(String(response.locals.nonce), {
          booking,
          tracking: await readTracking(ctx, booking),
          certificate: await readCertificate(ctx, booking),
        }),
      );
    })
    .all((_request, _response, next) => next(new Refusal('method_not_allowed')));
  router
    .route('/booking/:token/receipts/:attempt.pdf')
    .all((_request, response, next) => {
      pageHeaders(response, '/booking/{token}/receipts/{attempt}.pdf', followingPolicy);
      next();
    })
    .get(...limits.read, async (request, response) => {
      const ctx = contextOf(response);
      const named = readBookingPage(request.params.token);
      const attempt = /^[1-9]\d{0,4}$/.test(request.params.attempt) ? Number(request.params.attempt) : null;
      if (!named || attempt === null) throw new Refusal('not_found');
      await authorizeBooking(ctx, named);
      const paper = await writeCustomersReceipt(ctx, await readBooking(ctx, named.bookingId), attempt);
      const pdf = await setPaper(paper);
      response
        .type('application/pdf')
        .setHeader('Content-Disposition', `attachment; filename="receipt-${paper.number}.pdf"`);
      response.send(pdf);
    })
    .all((_request, _response, next) => next(new Refusal('method_not_allowed')));
  router.use('/booking', refusals);
  return router;
}
