import express, { type Router } from 'express';
import { Refusal } from '../../errors.ts';
import { chooseByLink, readSubscription } from '../../resources/notifications/unsubscribe.ts';
import type { Limiters } from '../middleware/rate-limits.ts';
import { contextOf } from '../middleware/request-context.ts';
import { pageHeaders, refusals, sendPage } from '../pages/page-frame.ts';
import { unsubscribePage } from './page.ts';

const FORM_LIMIT_BYTES = 4 * 1024;

/**
 * `/unsubscribe/{token}`: mail programs post to it when somebody presses their button (RFC 8058), without cookies and without
 * a question; for people it is a page. Looking never unsubscribes: programs that look for evil follow every link.
 */
export function unsubscribePageRoutes(limits: Pick<Limiters, 'read'>): Router {
  const router = express.Router();
  router
    .route('/unsubscribe/:token')
    .all((_request, response, next) => {
      pageHeaders(response, '/unsubscribe/{token}');
      next();
    })
    .head((_request, response) => {
      response.end();
    })
    .get(...limits.read, async (request, response) => {
      const subscription = await readSubscription(contextOf(response), request.params.token);
      sendPage(response, unsubscribePage(String(response.locals.nonce), subscription));
    })
    .post(
      ...limits.read,
      express.urlencoded({ extended: false, limit: FORM_LIMIT_BYTES }),
      async (request, response) => {
        const ctx = contextOf(response);
        const { token } = request.params;
        const choice = choiceIn(request.body);
        const source = choice === null ? 'one_click' : 'page';
        await chooseByLink(ctx, { token, wanted: choice === 'subscribe', source });
        const subscription = await readSubscription(ctx, token);
        sendPage(response, unsubscribePage(String(response.locals.nonce), subscription));
      },
    )
    .all((_request, _response, next) => next(new Refusal('method_not_allowed')));
  router.use('/unsubscribe', refusals);
  return router;
}

/** Which of our page's buttons it was; anything else is a mail program's. */
function choiceIn(body: unknown): 'subscribe' | 'unsubscribe' | null {
  const choice = typeof body === 'object' && body !== null && 'choice' in body ? body.choice : null;
  return choice === 'subscribe' || choice === 'unsubscribe' ? choice : null;
}
