import type { RequestHandler } from 'express';
import type pg from 'pg';
import { serviceDayOf } from '../clock.ts';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { audit } from '../resources/_kit/audit.ts';
import { inTransaction } from '../resources/_kit/in-transaction.ts';
import { authorize } from '../resources/_kit/policy.ts';
import { analyticsPolicy } from '../resources/crm/analytics.policy.ts';
import { measureDriversSql } from '../resources/logistics/measure-drivers.ts';
import { measureMailsSql } from '../resources/notifications/measure-mails.ts';
import { templateTypes } from '../resources/notifications/templates/catalogue.ts';
import { copySql, sendCsv } from './export.ts';
import { harmlessSql, literal, wordsSql } from './kit/csv-sql.ts';
import { daysOf, periodOf } from './pages/analytics.ts';

const rate = (part: string, whole: string) => `round(100.0 * ${part} / nullif(${whole}, 0), 1)`;

const driverFigures = `completed + failed as "Stops", completed as "Completed", failed as "Failed",
  ${rate('completed', '(completed + failed)')} as "Success %", "onTime" as "On time", ${rate('"onTime"', 'completed')} as "On time %",
  minutes as "Minutes a stop", quickest as "Quickest", slowest as "Slowest"`;
const mailFigures = `sent as "Sent", delivered as "Delivered", ${rate('delivered', 'sent')} as "Delivered %", opened as "Opened",
  ${rate('opened', 'delivered')} as "Opened %", clicked as "Clicked", ${rate('clicked', 'delivered')} as "Clicked %",
  bounced as "Came back", ${rate('bounced', 'sent')} as "Came back %", complained as "Called spam", withheld as "Withheld",
  failed as "Not sent", waiting as "Waiting"`;
const mailNames = Object.fromEntries(Object.entries(templateTypes).map(([type, { name }]) => [type, name]));

/** The tables of the page, by the name of their file: which rows of the statement, and what stands in them. */
const tables: Readonly<Record<string, { rows: string; cells: string; of: typeof measureDriversSql }>> = {
  drivers: {
    of: measureDriversSql,
    rows: 'driver',
    cells: `coalesce(${harmlessSql('driver')}, 'Without a driver') as "Driver", ${driverFigures}`,
  },
  'driver-days': {
    of: measureDriversSql,
    rows: 'driver_day',
    cells: `day as "Day", coalesce(${harmlessSql('driver')}, 'Without a driver') as "Driver", ${driverFigures}`,
  },
  days: { of: measureDriversSql, rows: 'day', cells: `day as "Day", ${driverFigures}` },
  mails: {
    of: measureMailsSql,
    rows: 'type',
    cells: `${wordsSql('type', mailNames)} as "Mail", ${mailFigures}`,
  },
  'mail-days': { of: measureMailsSql, rows: 'day', cells: `day as "Day", ${mailFigures}` },
};

/** `GET /admin/export/analytics/{table}.csv?from=…&to=…`: a table of the page as it is there, written into the audit log. */
export function analyticsExport(pool: pg.Pool): RequestHandler {
  return async (request, response) => {
    const ctx = response.locals.ctx as Context;
    authorize(ctx, analyticsPolicy, 'export');
    const name = String(request.params.table);
    const table = Object.hasOwn(tables, name) ? tables[name] : undefined;
    if (!table) throw new Refusal('not_found');
    const days = daysOf(request.query, serviceDayOf(ctx.clock.now()));
    const { from, until } = periodOf(days);
    const at = (instant: Date) => `timestamptz ${literal(instant.toISOString())}`;
    await inTransaction(ctx, (tx) =>
      audit(tx, {
        action: 'list.exported',
        subjectType: analyticsPolicy.subject,
        subjectId: name,
        changes: { from: [null, days.from], to: [null, days.to] },
      }),
    );
    const sql = `select ${table.cells} from (${table.of(at(from), at(until))}) measured
      where of = ${literal(table.rows)} order by day desc, ${table.of === measureDriversSql ? 'driver nulls last' : 'type'}`;
    await sendCsv(pool, response, { sql: copySql(sql), file: `${name}-${days.from}-${days.to}.csv` });
  };
}
