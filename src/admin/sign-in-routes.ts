import express, { type Router } from 'express';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { isPasswordLink, setPasswordByLink } from '../resources/accounts/set-password.ts';
import { signIn } from '../resources/accounts/sign-in.ts';
import { formBody, sayWhen } from './front.ts';
import { setPasswordPage, signInPage } from './html.ts';
import { beginSession, endSession, staffOf } from './session.ts';

/** The door: signing in and out, and the link that sets a password. All that the panel serves to strangers. */
export function signInRoutes(): Router {
  const router = express.Router();
  router.get('/login', (request, response) => {
    const to = safeTarget(request.query.to);
    if (staffOf(response)) return response.redirect(to);
    response.type('html').send(signInPage({ to, hint: demoHint(contextIn(response)) }));
  });

  router.post('/login', formBody, async (request, response) => {
    const ctx = contextIn(response);
    const { email, password, to: asked } = fieldsOf(request.body);
    const to = safeTarget(asked);
    try {
      const staff = await signIn(ctx, { email, password, clientAddress: request.ip ?? 'unknown' });
      await beginSession(request, staff);
      response.redirect(to);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      sayWhen(response, error);
      response
        .status(error.status)
        .type('html')
        .send(signInPage({ error: error.detail, email, to, hint: demoHint(ctx) }));
    }
  });

  // AdminJS's own address for it is a GET; the cookie is never sent along from another site.
  router.all('/logout', async (request, response) => {
    await endSession(request, response);
    response.redirect('/admin/login');
  });

  router
    .route('/set-password/:token')
    .all((_request, response, next) => {
      response.locals.route = '/admin/set-password/{token}';
      response.setHeader('Referrer-Policy', 'no-referrer');
      next();
    })
    .get(async (request, response) => {
      await refuseOldLink(request.params.token);
      response.type('html').send(setPasswordPage({}));
    })
    .post(formBody, async (request, response) => {
      const { token } = request.params;
      const { password } = fieldsOf(request.body);
      try {
        await setPasswordByLink(contextIn(response), { token, password });
        response.redirect('/admin/login');
      } catch (error) {
        const [violation] = error instanceof Refusal ? (error.facts.violations ?? []) : [];
        if (!violation) throw error;
        response
          .status(422)
          .type('html')
          .send(setPasswordPage({ error: violation.message }));
      }
    });
  return router;
}

async function refuseOldLink(token: string): Promise<void> {
  if (!(await isPasswordLink(token)))
    throw new Refusal('not_found', {
      detail: 'This link was used or has lapsed. Ask an admin for a new one.',
    });
}

function contextIn(response: express.Response): Context {
  return response.locals.ctx as Context;
}

function fieldsOf(body: unknown): { email: string; password: string; to: string } {
  const fields: Record<string, unknown> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string) =>
    typeof fields[name] === 'string' ? fields[name].slice(0, 2_000).replaceAll('\0', '') : '';
  return { email: text('email'), password: text('password'), to: text('to') };
}

/** Only into the panel: never to another site. */
function safeTarget(to: unknown): string {
  if (typeof to !== 'string' || to.length > 2_000) return '/admin';
  const base = 'http://panel.invalid';
  if (!URL.canParse(to, base)) return '/admin';
  const url = new URL(to, base);
  const isOurs = url.origin === base && /^\/admin(\/(?!api\/|login|logout)|$|\?)/.test(url.pathname);
  return isOurs ? url.pathname + url.search : '/admin';
}

function demoHint({ config }: Context): string | null {
  if (config.mode !== 'local' || config.seed === 'none') return null;
  return `Demo: admin@, manager@, staff@ or viewer@totetaxi.test with the password ${config.demoPassword}`;
}
