import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { PickupWindow } from '../../pricing/quote-request.ts';
import type { Service } from '../../pricing/rate-card.ts';
import type { BookingCoiStatus } from '../documents/coi.states.ts';
import type { AddressSnapshot, Basket } from './basket.ts';
import type { BookingStatus } from './booking.states.ts';

/** A booking with its own snapshot of contact, addresses, basket and price. Only `moveTo` writes its status; the sums follow the ledger. */
export class Booking extends Model<InferAttributes<Booking>, InferCreationAttributes<Booking>> {
  declare id: CreationOptional<string>;
  declare number: CreationOptional<string>;
  declare status: CreationOptional<BookingStatus>;
  declare source: 'web' | 'staff';
  declare isTest: CreationOptional<boolean>;
  declare customerId: CreationOptional<string | null>;
  declare contactFirstName: CreationOptional<string | null>;
  declare contactLastName: CreationOptional<string | null>;
  declare contactEmail: CreationOptional<string | null>;
  declare contactPhone: CreationOptional<string | null>;
  declare service: Service;
  declare basket: Basket;
  declare pickupDate: ServiceDay;
  declare pickupWindow: PickupWindow;
  declare pickupHour: CreationOptional<number | null>;
  declare pickupZip: CreationOptional<string | null>;
  declare deliveryZip: CreationOptional<string | null>;
  declare pickupAddressId: CreationOptional<string | null>;
  declare deliveryAddressId: CreationOptional<string | null>;
  declare pickupAddress: CreationOptional<AddressSnapshot | null>;
  declare deliveryAddress: CreationOptional<AddressSnapshot | null>;
  declare coi: CreationOptional<boolean>;
  /** The same-day fee is priced: staff only. */
  declare sameDay: CreationOptional<boolean>;
  /** Why staff book this day after its cut-off; checkout then does not ask for it (`rules.md` §3). */
  declare cutOffOverrideReason: CreationOptional<string | null>;
  declare coiRequired: CreationOptional<boolean>;
  /** How its certificates stand, and that with what it needs: the database keeps both. */
  declare coiReview: CreationOptional<'none' | 'submitted' | 'approved' | 'rejected'>;
  declare coiStatus: CreationOptional<BookingCoiStatus>;
  declare instructions: CreationOptional<string>;
  /** Of the office, never shown to customers. */
  declare notes: CreationOptional<string>;
  declare marketingOptIn: CreationOptional<boolean>;
  declare discountCode: CreationOptional<string | null>;
  declare price: PricedQuote;
  declare subtotalCents: number;
  declare discountCents: number;
  declare totalCents: number;
  declare rateCardVersion: number;
  declare priceLockedUntil: Date;
  declare creditsCents: CreationOptional<number>;
  declare waitingTotalCents: CreationOptional<number | null>;
  declare capturedCents: CreationOptional<number>;
  declare refundedCents: CreationOptional<number>;
  declare lostDisputeCents: CreationOptional<number>;
  declare holdStartedAt: CreationOptional<Date | null>;
  declare holdExpiresAt: CreationOptional<Date | null>;
  declare holdClientAddress: CreationOptional<string | null>;
  declare paymentAttemptsAllowed: CreationOptional<number>;
  declare paymentAttemptsUsed: CreationOptional<number>;
  declare accessTokenVersion: CreationOptional<number>;
  declare cancelReason: CreationOptional<string | null>;
  declare version: CreationOptional<number>;
  declare confirmedAt: CreationOptional<Date | null>;
  declare cancelledAt: CreationOptional<Date | null>;
  /** A driver could not deliver, and no new date is agreed yet. */
  declare deliveryFailedAt: CreationOptional<Date | null>;
  declare archivedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initBooking(db: Sequelize): void {
  Booking.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      number: DataTypes.TEXT,
      status: DataTypes.TEXT,
      source: { type: DataTypes.TEXT, allowNull: false },
      isTest: DataTypes.BOOLEAN,
      customerId: DataTypes.UUID,
      contactFirstName: DataTypes.TEXT,
      contactLastName: DataTypes.TEXT,
      contactEmail: DataTypes.TEXT,
      contactPhone: DataTypes.TEXT,
      service: { type: DataTypes.TEXT, allowNull: false },
      basket: { type: DataTypes.JSONB, allowNull: false },
      pickupDate: { type: DataTypes.DATEONLY, allowNull: false },
      pickupWindow: { type: DataTypes.TEXT, allowNull: false },
      pickupHour: DataTypes.INTEGER,
      pickupZip: DataTypes.TEXT,
      deliveryZip: DataTypes.TEXT,
      pickupAddressId: DataTypes.UUID,
      deliveryAddressId: DataTypes.UUID,
      pickupAddress: DataTypes.JSONB,
      deliveryAddress: DataTypes.JSONB,
      coi: DataTypes.BOOLEAN,
      sameDay: DataTypes.BOOLEAN,
      cutOffOverrideReason: DataTypes.TEXT,
      coiRequired: DataTypes.BOOLEAN,
      coiReview: DataTypes.TEXT,
      coiStatus: DataTypes.TEXT,
      instructions: DataTypes.TEXT,
      notes: DataTypes.TEXT,
      marketingOptIn: DataTypes.BOOLEAN,
      discountCode: DataTypes.TEXT,
      price: { type: DataTypes.JSONB, allowNull: false },
      subtotalCents: { type: DataTypes.INTEGER, allowNull: false },
      discountCents: { type: DataTypes.INTEGER, allowNull: false },
      totalCents: { type: DataTypes.INTEGER, allowNull: false },
      rateCardVersion: { type: DataTypes.BIGINT, allowNull: false },
      priceLockedUntil: { type: DataTypes.DATE, allowNull: false },
      creditsCents: DataTypes.INTEGER,
      waitingTotalCents: DataTypes.INTEGER,
      capturedCents: DataTypes.INTEGER,
      refundedCents: DataTypes.INTEGER,
      lostDisputeCents: DataTypes.INTEGER,
      holdStartedAt: DataTypes.DATE,
      holdExpiresAt: DataTypes.DATE,
      holdClientAddress: DataTypes.TEXT,
      paymentAttemptsAllowed: DataTypes.INTEGER,
      paymentAttemptsUsed: DataTypes.INTEGER,
      accessTokenVersion: DataTypes.INTEGER,
      cancelReason: DataTypes.TEXT,
      version: DataTypes.INTEGER,
      confirmedAt: DataTypes.DATE,
      cancelledAt: DataTypes.DATE,
      deliveryFailedAt: DataTypes.DATE,
      archivedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'bookings' },
  );
}
