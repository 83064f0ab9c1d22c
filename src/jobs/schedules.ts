import type { JobName } from './catalogue.ts';

/** When what runs by itself: every so often, or daily at a wall-clock hour of the business zone. Data. */

export type Schedule = { readonly job: JobName } & (
  | { readonly everySeconds: number }
  | { readonly dailyAt: { readonly hour: number } }
);

export const schedules: readonly Schedule[] = [
  { job: 'expire_holds', everySeconds: 30 },
  { job: 'send_due_mails', everySeconds: 30 },
  { job: 'reconcile_payments', everySeconds: 600 },
  { job: 'follow_up_inquiries', everySeconds: 900 },
  { job: 'sync_drivers', everySeconds: 900 },
  { job: 'expire_inquiries', dailyAt: { hour: 3 } },
  { job: 'purge_documents', dailyAt: { hour: 4 } },
  { job: 'purge_plumbing', dailyAt: { hour: 4 } },
  { job: 'remind_customers', dailyAt: { hour: 9 } },
  { job: 'watch_cois', dailyAt: { hour: 9 } },
  { job: 'check_invariants', dailyAt: { hour: 5 } },
  { job: 'prove_books', dailyAt: { hour: 5 } },
];

export const scheduledJobs: ReadonlySet<JobName> = new Set(schedules.map(({ job }) => job));
