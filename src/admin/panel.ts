import { join } from 'node:path';
import AdminJSExpress from '@adminjs/express';
import AdminJS, { type ActionRequest, Router as AdminRouter } from 'adminjs';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import pg from 'pg';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import type { Redis } from '../redis.ts';
import { analyticsPolicy } from '../resources/crm/analytics.policy.ts';
import { settingsPolicy } from '../resources/crm/settings.policy.ts';
import { filesOrigin } from '../resources/documents/s3/files-origin.ts';
import { resources } from '../resources/index.ts';
import { writeReceipt, writeRefundNote } from '../resources/payments/papers/write-papers.ts';
import { vanSchedules } from '../resources/services/van-schedule.resource.ts';
import { actionsOf } from './actions/actions-of.ts';
import { analyticsExport } from './analytics-export.ts';
import { bundleFile, componentLoader } from './components.ts';
import { documentRoutes } from './documents.ts';
import { exportRoute } from './export.ts';
import { headers, originGuard, panelBodies, panelErrors, safePage, signedInOnly } from './front.ts';
import { serviceDay } from './kit/columns.ts';
import { typeNameOf } from './kit/list-query.ts';
import { keyOf } from './kit/read-rows.ts';
import { registerResources, registerSubject } from './kit/registry.ts';
import { liveRoute, type PanelLive } from './live.ts';
import { locale } from './locale.ts';
import { analytics } from './pages/analytics.ts';
import { calendar } from './pages/calendar.ts';
import { changeCalendar } from './pages/calendar-changes.ts';
import { dashboard } from './pages/dashboard.ts';
import { changeDispatch, dispatch } from './pages/dispatch.ts';
import { profile } from './pages/profile.ts';
import { settings, settingsColumns } from './pages/settings.ts';
import { panelError } from './panel-errors.ts';
import { paperRoute } from './papers.ts';
import { proofRoute } from './proof.ts';
import { SafeResource } from './safe-resource.ts';
import { openSessions, reloadStaff, staffOf } from './session.ts';
import { signInRoutes } from './sign-in-routes.ts';

export interface Panel {
  /** To be mounted at `/admin`. */
  readonly router: Router;
  close(): Promise<void>;
}

const EXPORTS_AT_ONCE = 2;

/** The staff panel: AdminJS behind our own session, guard, parsers and headers. Any process can serve any request. */
export function openPanel(ctx: Context, redis: Redis | null, live: PanelLive): Panel {
  const sessions = openSessions(ctx, redis);
  const exports = new pg.Pool({
    connectionString: ctx.config.databaseUrl ?? '',
    max: EXPORTS_AT_ONCE,
    application_name: 'totetaxi export',
  });
  exports.on('error', (error) => ctx.log.warn({ err: error }, 'export connection'));
  const router = express.Router();
  router.use(headers(filesOrigin(ctx.config)));
  router.use('/frontend/assets', assets());
  router.use(originGuard, sessions.handler, reloadStaff());
  router.use(signInRoutes());
  router.use(signedInOnly, ...panelBodies);
  router.get('/calendar', (_request, response) => response.redirect('/admin/pages/calendar'));
  router.get('/export/:noun.csv', exportRoute(exports));
  router.get('/export/analytics/:table.csv', analyticsExport(exports));
  router.get('/papers/receipts/:id.pdf', paperRoute('receipt', writeReceipt));
  router.get('/papers/refund-notes/:id.pdf', paperRoute('refund-note', writeRefundNote));
  router.get('/api/live', liveRoute(live, sessions));
  router.get('/api/proof/:task/:picture', proofRoute);
  const admin = createAdmin(ctx);
  router.use('/api/documents', documentRoutes());
  router.use('/api', knownCalls(admin));
  router.use(safePage, AdminJSExpress.buildRouter(admin, express.Router()));
  router.use((_request, _response, next) => next(new Refusal('not_found')));
  router.use(panelErrors);
  return {
    router,
    async close() {
      await exports.end();
      await sessions.close();
    },
  };
}

/** AdminJS over our screens. Also what the bundler asks for its components. */
export function createAdmin(ctx: Context): AdminJS {
  registerResources(resources);
  registerSubject({ policy: settingsPolicy, columns: settingsColumns });
  registerSubject({
    policy: analyticsPolicy,
    columns: { from: serviceDay('First day'), to: serviceDay('Last day') },
  });
  return new AdminJS({
    rootPath: '/admin',
    loginPath: '/admin/login',
    logoutPath: '/admin/logout',
    componentLoader: componentLoader(),
    resources: resources.map((definition) => ({
      resource: new SafeResource(definition, ctx),
      options: {
        navigation: { name: definition.group, icon: definition.icon },
        actions: actionsOf(definition),
        properties:
          typeNameOf(definition.noun.model, keyOf(definition)) === 'UUID'
            ? { [keyOf(definition)]: { type: 'uuid' as const } }
            : {},
      },
    })),
    dashboard: { component: 'Dashboard', handler: pageHandler(({ ctx: own }) => dashboard(own)) },
    pages: {
      profile: {
        component: 'ProfilePage',
        handler: pageHandler(({ ctx: own, request, response, payload }) => {
          const staff = staffOf(response);
          if (!staff) throw new Refusal('unauthenticated');
          return profile(own, staff, request, response, payload);
        }),
      },
      settings: {
        component: 'SettingsPage',
        handler: pageHandler(({ ctx: own, payload }) => settings(own, payload)),
      },
      calendar: {
        component: 'CalendarPage',
        handler: pageHandler(({ ctx: own, request, payload }) =>
          payload === null ? calendar(own, request.query) : changeCalendar(own, payload),
        ),
      },
      analytics: {
        component: 'AnalyticsPage',
        handler: pageHandler(({ ctx: own, request }) => analytics(own, request.query)),
      },
      dispatch: {
        component: 'DispatchPage',
        handler: pageHandler(({ ctx: own, request, payload }) =>
          payload === null ? dispatch(own, request.query) : changeDispatch(own, payload),
        ),
      },
    },
    branding: {
      companyName: 'ToteTaxi',
      logo: false,
      favicon: '/admin/frontend/assets/favicon.svg',
      withMadeWithLove: false,
      theme: {
        font: 'system-ui, "Segoe UI", Roboto, sans-serif' as never,
        colors: { primary100: '#14213d' },
      },
    },
    assets: { styles: ['/admin/frontend/assets/panel.css'] },
    locale: locale(resources),
  });
}

/** AdminJS breaks on names that it does not know; here they are simply not there. */
function knownCalls(admin: AdminJS): Router {
  const router = express.Router();
  const actions = new Map(admin.resources.map((resource) => [resource.id(), resource.decorate().actions]));
  const pages = Object.keys(admin.options.pages ?? {});
  const refuseUnknown: RequestHandler = (request, _response, next) => {
    const { noun = '', action = 'search' } = request.params;
    const known = actions.get(String(noun));
    next(known && Object.hasOwn(known, String(action)) ? undefined : new Refusal('not_found'));
  };
  router.use('/resources/:noun/actions/:action', refuseUnknown);
  router.use('/resources/:noun/records/:record/:action', refuseUnknown);
  router.use('/resources/:noun/bulk/:action', refuseUnknown);
  router.use('/resources/:noun/search', refuseUnknown);
  router.use('/pages/:page', (request, _response, next) =>
    next(pages.includes(String(request.params.page)) ? undefined : new Refusal('not_found')),
  );
  return router;
}

/** How the fields of pages are read where two people wrote into one. */
const pageColumns = { ...settingsColumns, ...vanSchedules.columns };

interface PageCall {
  readonly ctx: Context;
  readonly request: Request;
  readonly response: Response;
  /** What was posted, or `null` for a look. */
  readonly payload: Readonly<Record<string, unknown>> | null;
}

/** AdminJS asks nobody whether a page may be seen: each of ours asks its policy, and refusals are told like an action's. */
function pageHandler(work: (call: PageCall) => Promise<object>) {
  return async (request: ActionRequest, response: unknown): Promise<object> => {
    const answer = response as Response;
    const ctx = answer.locals.ctx as Context;
    const payload = request.method === 'post' ? (request.payload ?? {}) : null;
    try {
      return await work({ ctx, request: answer.req, response: answer, payload });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === 'forbidden') throw error;
      const told = panelError(error, { columns: pageColumns }, ctx.clock.now());
      return {
        notice: { type: 'error', message: error.detail },
        errors: 'propertyErrors' in told ? told.propertyErrors : {},
      };
    }
  };
}

/** AdminJS's files, our bundle and our style, for everybody: asked each time, sent when they changed. */
function assets(): Router {
  const router = express.Router();
  const send =
    (file: string): RequestHandler =>
    (_request, response) => {
      response.sendFile(file, {
        dotfiles: 'allow',
        cacheControl: false,
        headers: { 'Cache-Control': 'no-cache' },
      });
    };
  const bundle = bundleFile();
  if (bundle) router.get('/components.bundle.js', send(bundle));
  for (const name of ['panel.css', 'favicon.svg'])
    router.get(`/${name}`, send(join(import.meta.dirname, 'assets', name)));
  for (const asset of AdminRouter.assets)
    router.get(asset.path.replace('/frontend/assets', ''), send(asset.src));
  router.use((_request, _response, next) => next(new Refusal('not_found')));
  return router;
}
