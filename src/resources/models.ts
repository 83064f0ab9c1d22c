import type { Sequelize } from 'sequelize';
import { initStaffUser } from './accounts/staff-user.model.ts';
import { initAddress } from './bookings/address.model.ts';
import { Booking, initBooking } from './bookings/booking.model.ts';
import { BookingNote, initBookingNote } from './bookings/booking-note.model.ts';
import { Customer, initCustomer } from './bookings/customer.model.ts';
import { Feedback, initFeedback } from './bookings/feedback.model.ts';
import { initReschedule } from './bookings/reschedule.model.ts';
import { AuditLog, initAuditLog } from './crm/audit-log.model.ts';
import { AuditPersonalValue, initAuditPersonalValue } from './crm/audit-personal-value.model.ts';
import { initSetting } from './crm/setting.model.ts';
import { initCoi } from './documents/coi.model.ts';
import { Document, initDocument } from './documents/document.model.ts';
import { initDocumentPurge } from './documents/document-purge.model.ts';
import { DeliveryTask, initDeliveryTask } from './logistics/delivery-task.model.ts';
import { Driver, initDriver } from './logistics/driver.model.ts';
import { initTrackingUpdate, TrackingUpdate } from './logistics/tracking-update.model.ts';
import { DeliveryLog, initDeliveryLog } from './notifications/delivery-log.model.ts';
import { EmailTemplate, initEmailTemplate } from './notifications/email-template.model.ts';
import {
  EmailTemplateVersion,
  initEmailTemplateVersion,
} from './notifications/email-template-version.model.ts';
import { initNotification, Notification } from './notifications/notification.model.ts';
import { Credit, initCredit } from './payments/credit.model.ts';
import { Dispute, initDispute } from './payments/dispute.model.ts';
import { initNeedsReview } from './payments/needs-review.model.ts';
import { initPayment, Payment } from './payments/payment.model.ts';
import { initPaymentAudit, PaymentAudit } from './payments/payment-audit.model.ts';
import { initProofRun } from './payments/proof-run.model.ts';
import { initReconciliationRun } from './payments/reconciliation-run.model.ts';
import { initRefund, Refund } from './payments/refund.model.ts';
import { initHeartbeat } from './plumbing/heartbeat.model.ts';
import { initIdempotencyKey } from './plumbing/idempotency-key.model.ts';
import { initOutboxMessage } from './plumbing/outbox-message.model.ts';
import { initWebhookEvent } from './plumbing/webhook-event.model.ts';
import { initAirport } from './services/airport.model.ts';
import { initCapacityTaking } from './services/capacity-taking.model.ts';
import { initDeliveryTerm } from './services/delivery-term.model.ts';
import { initDiscountCode } from './services/discount-code.model.ts';
import { initDiscountRedemption } from './services/discount-redemption.model.ts';
import { initMiniMovePackage, MiniMovePackage } from './services/mini-move-package.model.ts';
import { initOrganizingService, OrganizingService } from './services/organizing-service.model.ts';
import { initServiceZone } from './services/service-zone.model.ts';
import { initSpecialtyItem } from './services/specialty-item.model.ts';
import { initSurchargeRule } from './services/surcharge-rule.model.ts';
import { initVan, Van } from './services/van.model.ts';
import { initVanSchedule, VanSchedule } from './services/van-schedule.model.ts';

/** Binds every model to a database and says how they belong together. */
export function initModels(db: Sequelize): void {
  for (const init of initializers) init(db);
  Booking.belongsTo(Customer, { foreignKey: 'customerId', as: 'customer' });
  BookingNote.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  Feedback.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  Customer.hasMany(Booking, { foreignKey: 'customerId', as: 'bookings' });
  Booking.hasMany(Payment, { foreignKey: 'bookingId', as: 'payments' });
  Payment.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  Payment.hasMany(Refund, { foreignKey: 'paymentId', as: 'refunds' });
  Refund.belongsTo(Payment, { foreignKey: 'paymentId', as: 'payment' });
  Payment.hasMany(Dispute, { foreignKey: 'paymentId', as: 'disputes' });
  Dispute.belongsTo(Payment, { foreignKey: 'paymentId', as: 'payment' });
  Payment.hasMany(PaymentAudit, { foreignKey: 'paymentId', as: 'audits' });
  Booking.hasMany(Credit, { foreignKey: 'bookingId', as: 'credits' });
  MiniMovePackage.hasMany(OrganizingService, { foreignKey: 'packageId', as: 'organizingServices' });
  OrganizingService.belongsTo(MiniMovePackage, { foreignKey: 'packageId', as: 'package' });
  AuditLog.hasMany(AuditPersonalValue, { foreignKey: 'auditLogId', as: 'personalValues' });
  Booking.hasMany(DeliveryTask, { foreignKey: 'bookingId', as: 'deliveries' });
  DeliveryTask.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  DeliveryTask.belongsTo(Driver, { foreignKey: 'driverId', as: 'driver' });
  Driver.hasMany(DeliveryTask, { foreignKey: 'driverId', as: 'tasks' });
  TrackingUpdate.belongsTo(DeliveryTask, { foreignKey: 'deliveryTaskId', as: 'task' });
  Notification.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  DeliveryLog.belongsTo(Notification, { foreignKey: 'notificationId', as: 'notification' });
  EmailTemplateVersion.belongsTo(EmailTemplate, { foreignKey: 'templateId', as: 'template' });
  Document.belongsTo(Booking, { foreignKey: 'bookingId', as: 'booking' });
  Van.hasMany(VanSchedule, { foreignKey: 'vanId', as: 'schedules' });
  VanSchedule.belongsTo(Van, { foreignKey: 'vanId', as: 'van' });
}

const initializers = [
  initMiniMovePackage,
  initOrganizingService,
  initDeliveryTerm,
  initSpecialtyItem,
  initAirport,
  initServiceZone,
  initSurchargeRule,
  initDiscountCode,
  initDiscountRedemption,
  initVan,
  initVanSchedule,
  initCapacityTaking,
  initStaffUser,
  initCustomer,
  initAddress,
  initBooking,
  initReschedule,
  initBookingNote,
  initFeedback,
  initPayment,
  initRefund,
  initDispute,
  initPaymentAudit,
  initCredit,
  initDriver,
  initDeliveryTask,
  initTrackingUpdate,
  initNotification,
  initDeliveryLog,
  initEmailTemplate,
  initEmailTemplateVersion,
  initDocument,
  initDocumentPurge,
  initCoi,
  initNeedsReview,
  initProofRun,
  initReconciliationRun,
  initWebhookEvent,
  initOutboxMessage,
  initAuditLog,
  initAuditPersonalValue,
  initIdempotencyKey,
  initHeartbeat,
  initSetting,
];
