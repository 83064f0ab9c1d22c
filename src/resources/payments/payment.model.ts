import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { PaymentStatus } from './payment.states.ts';

/** One try to collect what a booking owes; at most one is live (`rules.md` §2). A Stripe intent exists only under a committed row. */
export class Payment extends Model<InferAttributes<Payment>, InferCreationAttributes<Payment>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare attempt: number;
  declare purpose: 'booking' | 'difference';
  declare amountCents: number;
  declare currency: CreationOptional<string>;
  declare status: CreationOptional<PaymentStatus>;
  declare stripePaymentIntentId: CreationOptional<string | null>;
  declare stripeChargeId: CreationOptional<string | null>;
  /** The card that paid, `Visa ending 4242`; `null` for what was no card. */
  declare cardWords: CreationOptional<string | null>;
  declare failureCode: CreationOptional<string | null>;
  declare failureReason: CreationOptional<string | null>;
  declare capturedCents: CreationOptional<number>;
  declare refundedCents: CreationOptional<number>;
  declare lostDisputeCents: CreationOptional<number>;
  declare settledAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initPayment(db: Sequelize): void {
  Payment.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      attempt: { type: DataTypes.INTEGER, allowNull: false },
      purpose: { type: DataTypes.TEXT, allowNull: false },
      amountCents: { type: DataTypes.INTEGER, allowNull: false },
      currency: DataTypes.TEXT,
      status: DataTypes.TEXT,
      stripePaymentIntentId: DataTypes.TEXT,
      stripeChargeId: DataTypes.TEXT,
      cardWords: DataTypes.TEXT,
      failureCode: DataTypes.TEXT,
      failureReason: DataTypes.TEXT,
      capturedCents: DataTypes.INTEGER,
      refundedCents: DataTypes.INTEGER,
      lostDisputeCents: DataTypes.INTEGER,
      settledAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'payments' },
  );
}
