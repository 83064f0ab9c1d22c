import type { ResourceDefinition } from '../admin/kit/define-resource.ts';
import { staffUsers } from './accounts/staff-user.resource.ts';
import { archivedBookings, bookings } from './bookings/booking.resource.ts';
import { bookingNotes } from './bookings/booking-note.resource.ts';
import { customers } from './bookings/customer.resource.ts';
import { feedbacks } from './bookings/feedback.resource.ts';
import { auditLogs } from './crm/audit-log.resource.ts';
import { cois } from './documents/coi.resource.ts';
import { documents } from './documents/document.resource.ts';
import { documentPurges } from './documents/document-purge.resource.ts';
import { deliveryTasks } from './logistics/delivery-task.resource.ts';
import { drivers } from './logistics/driver.resource.ts';
import { trackingUpdates } from './logistics/tracking-update.resource.ts';
import { deliveryLogs } from './notifications/delivery-log.resource.ts';
import { emailTemplates } from './notifications/email-template.resource.ts';
import { notifications } from './notifications/notification.resource.ts';
import { disputes } from './payments/dispute.resource.ts';
import { needsReviews } from './payments/needs-review.resource.ts';
import { payments } from './payments/payment.resource.ts';
import { paymentAudits } from './payments/payment-audit.resource.ts';
import { proofRuns } from './payments/proof-run.resource.ts';
import { reconciliationRuns } from './payments/reconciliation-run.resource.ts';
import { refunds } from './payments/refund.resource.ts';
import { heartbeats } from './plumbing/heartbeat.resource.ts';
import { outboxMessages } from './plumbing/outbox-message.resource.ts';
import { webhookEvents } from './plumbing/webhook-event.resource.ts';
import { airports } from './services/airport.resource.ts';
import { capacityTakings } from './services/capacity-taking.resource.ts';
import { deliveryTerms } from './services/delivery-term.resource.ts';
import { discountCodes } from './services/discount-code.resource.ts';
import { miniMovePackages } from './services/mini-move-package.resource.ts';
import { organizingServices } from './services/organizing-service.resource.ts';
import { serviceZones } from './services/service-zone.resource.ts';
import { specialtyItems } from './services/specialty-item.resource.ts';
import { surchargeRules } from './services/surcharge-rule.resource.ts';
import { vans } from './services/van.resource.ts';
import { vanSchedules } from './services/van-schedule.resource.ts';

/** Every screen, in the order of the sidebar. Imported by the panel alone. */
export const resources: readonly ResourceDefinition[] = [
  bookings,
  bookingNotes,
  customers,
  feedbacks,
  documents,
  cois,
  archivedBookings,
  deliveryTasks,
  drivers,
  trackingUpdates,
  payments,
  refunds,
  disputes,
  paymentAudits,
  needsReviews,
  reconciliationRuns,
  proofRuns,
  notifications,
  deliveryLogs,
  emailTemplates,
  vans,
  vanSchedules,
  capacityTakings,
  miniMovePackages,
  organizingServices,
  deliveryTerms,
  specialtyItems,
  airports,
  serviceZones,
  surchargeRules,
  discountCodes,
  documentPurges,
  staffUsers,
  auditLogs,
  webhookEvents,
  outboxMessages,
  heartbeats,
];
