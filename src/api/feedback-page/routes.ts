import express, { type Request, type Response, type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { Feedback } from '../../resources/bookings/feedback.model.ts';
import { openFeedbackLink } from '../../resources/bookings/feedback-link.ts';
import { feedbackSchema, giveFeedback } from '../../resources/bookings/give-feedback.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { pageHeaders, refusals, sendPage } from '../pages/page-frame.ts';
import { feedbackForm, thanksPage, tooEarlyPage } from './page.ts';

const FORM_LIMIT_BYTES = 32 * 1024;

/** `/feedback/{token}`: where the mail after a move leads; a form that works without script (`product.md` §7). */
export function feedbackPageRoutes(limits: Pick<Limiters, 'read' | 'booking'>): Router {
  const router = express.Router();
  router
    .route('/feedback/:token')
    .all((_request, response, next) => {
      pageHeaders(response, '/feedback/{token}');
      next();
    })
    .head((_request, response) => {
      response.end();
    })
    .get(...limits.read, async (request, response) => {
      const booking = await openFeedbackLink(contextOf(response), request.params.token);
      const nonce = String(response.locals.nonce);
      const given = await Feedback.findOne({ where: { bookingId: booking.id } });
      if (given) return sendPage(response, thanksPage(nonce, given.score));
      const isDone = booking.status === 'completed';
      sendPage(response, isDone ? feedbackForm(nonce, booking) : tooEarlyPage(nonce));
    })
    .post(...limits.booking, express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES }), take)
    .all((_request, _response, next) => next(new Refusal('method_not_allowed')));
  router.use('/feedback', refusals);
  return router;
}

async function take(request: Request<{ token: string }>, response: Response): Promise<void> {
  const visitor = contextOf(response);
  const { token } = request.params;
  const booking = await openFeedbackLink(visitor, token);
  const typed = { score: field(request.body, 'score'), comment: field(request.body, 'comment') };
  const read = feedbackSchema.safeParse({ score: Number(typed.score || Number.NaN), comment: typed.comment });
  if (!read.success) {
    const isLong = read.error.issues.some(({ path }) => path[0] === 'comment');
    const problem = isLong
      ? 'Please write at most 2,000 characters.'
      : 'Please choose how your move was, from 1 to 5.';
    response.status(422);
    return sendPage(response, feedbackForm(String(response.locals.nonce), booking, { ...typed, problem }));
  }
  const address = visitor.actor.type === 'customer' ? visitor.actor.address : null;
  const ctx = { ...visitor, actor: { type: 'customer', bookingId: booking.id, address } } as const;
  try {
    await giveFeedback(ctx, { bookingId: booking.id, ...read.data });
  } catch (error) {
    // Pressed twice: the page says thank you for the first.
    if (!(error instanceof Refusal) || error.code !== 'feedback_given') throw error;
  }
  response.redirect(303, `/feedback/${token}`);
}

/** A field of a form as a database can hold it; browsers end lines with two characters. */
function field(body: unknown, name: string): string {
  const value = typeof body === 'object' && body !== null ? (Reflect.get(body, name) as unknown) : '';
  return typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '').replaceAll('\r\n', '\n') : '';
}
