import connectPgSimple from 'connect-pg-simple';
import { RedisStore } from 'connect-redis';
import type { RequestHandler, Response } from 'express';
import session from 'express-session';
import pg from 'pg';
import type { Context } from '../context.ts';
import { CONNECTION_IDLE_MS } from '../database.ts';
import type { Redis } from '../redis.ts';
import type { Role } from '../resources/_kit/policy.ts';
import { StaffUser } from '../resources/accounts/staff-user.model.ts';

/** Who is signed in, as the panel and its pages see them: never more than this, for it is written into the page. */
export interface CurrentStaff {
  readonly id: string;
  readonly email: string;
  readonly title: string;
  readonly role: Role;
}

declare module 'express-session' {
  interface SessionData {
    staffId: string;
    epoch: number;
    /** What AdminJS reads; set anew for each request and never kept. */
    adminUser: CurrentStaff;
  }
}

const LIFETIME_MS = 12 * 3_600_000;
const SESSION_COOKIE = 'totetaxi.staff';

export interface Sessions {
  readonly handler: RequestHandler;
  /** Whether a session goes on, and so does the person in it. */
  readonly isAlive: (id: string) => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Sessions in PostgreSQL, or in Redis when there is one; any process serves any of them. */
export function openSessions(ctx: Context, redis: Redis | null): Sessions {
  const { config, log } = ctx;
  const { store, close } = redis ? redisStore(redis) : postgresStore(config.databaseUrl ?? '', log);
  return {
    close,
    async isAlive(id) {
      const kept = await new Promise<session.SessionData | null>((done, failed) => {
        store.get(id, (error: unknown, found) => (error ? failed(error as Error) : done(found ?? null)));
      });
      return kept !== null && (await personOf(kept)) !== null;
    },
    handler: session({
      name: SESSION_COOKIE,
      secret: config.sessionSecret,
      store,
      resave: false,
      saveUninitialized: false,
      rolling: true,
      cookie: {
        httpOnly: true,
        sameSite: 'strict',
        secure: config.mode === 'production',
        path: '/admin',
        maxAge: LIFETIME_MS,
      },
    }),
  };
}

function redisStore(redis: Redis): { store: session.Store; close: () => Promise<void> } {
  const store = new RedisStore({ client: redis, prefix: 'staff-session:', ttl: LIFETIME_MS / 1_000 });
  return { store, close: async () => {} };
}

function postgresStore(
  url: string,
  log: Context['log'],
): { store: session.Store; close: () => Promise<void> } {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    idleTimeoutMillis: CONNECTION_IDLE_MS,
    application_name: 'totetaxi sessions',
  });
  pool.on('error', (error) => log.warn({ err: error }, 'session connection'));
  const PgStore = connectPgSimple(session);
  const store = new PgStore({
    pool,
    tableName: 'staff_sessions',
    ttl: LIFETIME_MS / 1_000,
    pruneSessionInterval: 900,
    errorLog: (...words: unknown[]) => log.warn({ words }, 'sessions'),
  });
  return {
    store,
    async close() {
      store.close();
      await pool.end();
    },
  };
}

/** Reads the person anew for each request: a changed role, a disabled account or a sign-out everywhere acts at once. */
export function reloadStaff(): RequestHandler {
  return async (request, response, next) => {
    if (request.session.staffId === undefined) return next();
    const staff = await personOf(request.session);
    if (!staff) {
      await endSession(request, response);
      return next();
    }
    const current: CurrentStaff = { id: staff.id, email: staff.email, title: staff.name, role: staff.role };
    request.session.adminUser = current;
    response.locals.staff = current;
    response.locals.ctx = staffContext(response.locals.ctx as Context, current);
    next();
  };
}

/** `null` for who may not go on: disabled, or signed out everywhere. */
async function personOf({ staffId, epoch }: Partial<session.SessionData>): Promise<StaffUser | null> {
  const staff = staffId === undefined ? null : await StaffUser.findByPk(staffId);
  return staff && staff.disabledAt === null && staff.sessionEpoch === epoch ? staff : null;
}

/** Begins a session under a new id, so that an id from before the sign-in is worth nothing. */
export async function beginSession(request: Parameters<RequestHandler>[0], staff: StaffUser): Promise<void> {
  await new Promise<void>((done, failed) => {
    request.session.regenerate((error: unknown) => (error ? failed(error as Error) : done()));
  });
  request.session.staffId = staff.id;
  request.session.epoch = staff.sessionEpoch;
  await new Promise<void>((done, failed) => {
    request.session.save((error: unknown) => (error ? failed(error as Error) : done()));
  });
}

export async function endSession(request: Parameters<RequestHandler>[0], response: Response): Promise<void> {
  await new Promise<void>((done) => {
    request.session.destroy(() => done());
  });
  response.clearCookie(SESSION_COOKIE, { path: '/admin' });
}

export function staffOf(response: Response): CurrentStaff | null {
  return (response.locals.staff as CurrentStaff | undefined) ?? null;
}

/** The context of what a member of staff does. */
export function staffContext(base: Context, { id, role, title }: CurrentStaff): Context {
  return { ...base, actor: { type: 'staff', id, role, name: title } };
}
