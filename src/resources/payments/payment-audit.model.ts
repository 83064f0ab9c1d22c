import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A row of the ledger: one move of money, written once and never changed. */
export class PaymentAudit extends Model<
  InferAttributes<PaymentAudit>,
  InferCreationAttributes<PaymentAudit>
> {
  declare id: CreationOptional<string>;
  declare sequence: CreationOptional<number>;
  declare bookingId: string;
  declare paymentId: string;
  declare refundId: CreationOptional<string | null>;
  declare disputeId: CreationOptional<string | null>;
  declare kind: 'captured' | 'refunded' | 'refund_failed' | 'dispute_withdrawn' | 'dispute_reinstated';
  declare amountCents: number;
  declare currency: CreationOptional<string>;
  declare stripeObjectId: string;
  declare occurredAt: Date;
  declare createdAt: Date;
}

export function initPaymentAudit(db: Sequelize): void {
  PaymentAudit.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      sequence: DataTypes.BIGINT,
      bookingId: { type: DataTypes.UUID, allowNull: false },
      paymentId: { type: DataTypes.UUID, allowNull: false },
      refundId: DataTypes.UUID,
      disputeId: DataTypes.UUID,
      kind: { type: DataTypes.TEXT, allowNull: false },
      amountCents: { type: DataTypes.INTEGER, allowNull: false },
      currency: DataTypes.TEXT,
      stripeObjectId: { type: DataTypes.TEXT, allowNull: false },
      occurredAt: { type: DataTypes.DATE, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'payment_audits' },
  );
}
