import type { Context } from '../../context.ts';
import { sendSignInLink } from '../../resources/accounts/send-sign-in-link.ts';
import { expireHolds } from '../../resources/bookings/expire-holds.ts';
import { expireInquiries } from '../../resources/bookings/expire-inquiries.ts';
import { purgeDocuments } from '../../resources/documents/purge-documents.ts';
import { tidyDocuments } from '../../resources/documents/tidy-documents.ts';
import { watchCois } from '../../resources/documents/watch-cois.ts';
import { stripDeliveries } from '../../resources/logistics/strip-deliveries.ts';
import { syncDeliveries } from '../../resources/logistics/sync-deliveries.ts';
import { syncDrivers } from '../../resources/logistics/sync-drivers.ts';
import { workOnfleetEvent } from '../../resources/logistics/work-onfleet-event.ts';
import { deliverNotification } from '../../resources/notifications/deliver-notification.ts';
import { followUpInquiries } from '../../resources/notifications/follow-up-inquiries.ts';
import { remindCustomers } from '../../resources/notifications/remind-customers.ts';
import { sendDueMails } from '../../resources/notifications/send-due-mails.ts';
import { workSesEvent } from '../../resources/notifications/work-ses-event.ts';
import { cancelPaymentIntent } from '../../resources/payments/cancel-intent.ts';
import { keepReconciliation } from '../../resources/payments/keep-reconciliation.ts';
import { settlePayment } from '../../resources/payments/settle-payment.ts';
import { submitRefund } from '../../resources/payments/submit-refund.ts';
import { workStripeEvent } from '../../resources/payments/work-stripe-event.ts';
import { purgePlumbing } from '../../resources/plumbing/purge-plumbing.ts';
import type { JobName, JobPayload } from '../catalogue.ts';
import { keepProof } from '../checks/keep-proof.ts';
import { reportInvariants } from '../checks/report-invariants.ts';

/** Every job's handler: one use case each. A missing one does not compile. */
export type Handlers = {
  readonly [Name in JobName]: (ctx: Context, payload: JobPayload<Name>) => Promise<void>;
};

export const handlers: Handlers = {
  work_stripe_event: workStripeEvent,
  settle_payment: async (ctx, payload) => {
    await settlePayment(ctx, payload);
  },
  work_onfleet_event: workOnfleetEvent,
  sync_deliveries: syncDeliveries,
  strip_deliveries: stripDeliveries,
  sync_drivers: syncDrivers,
  work_ses_event: workSesEvent,
  send_sign_in_link: sendSignInLink,
  deliver_notification: deliverNotification,
  remind_customers: remindCustomers,
  send_due_mails: sendDueMails,
  follow_up_inquiries: followUpInquiries,
  purge_documents: async (ctx) => {
    await purgeDocuments(ctx);
  },
  watch_cois: watchCois,
  tidy_documents: tidyDocuments,
  cancel_intent: cancelPaymentIntent,
  submit_refund: submitRefund,
  expire_holds: expireHolds,
  expire_inquiries: expireInquiries,
  reconcile_payments: keepReconciliation,
  purge_plumbing: purgePlumbing,
  prove_books: keepProof,
  check_invariants: reportInvariants,
};
