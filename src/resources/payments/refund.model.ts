import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { RefundStatus } from './refund.states.ts';

/** Money going back; a second person or a rule approves it (`rules.md` §5). */
export class Refund extends Model<InferAttributes<Refund>, InferCreationAttributes<Refund>> {
  declare id: CreationOptional<string>;
  declare paymentId: string;
  declare bookingId: string;
  declare amountCents: number;
  declare currency: CreationOptional<string>;
  declare reason: string;
  declare status: CreationOptional<RefundStatus>;
  declare source: 'staff' | 'customer' | 'rule' | 'external';
  declare rule: CreationOptional<string | null>;
  declare requestedBy: CreationOptional<string | null>;
  declare approvedBy: CreationOptional<string | null>;
  declare rejectedBy: CreationOptional<string | null>;
  declare rejectedReason: CreationOptional<string | null>;
  /** It gives back what the booking never cost: late, twice, too much, or more than a lower price. */
  declare isSurplus: CreationOptional<boolean>;
  declare rescheduleId: CreationOptional<string | null>;
  declare stripeRefundId: CreationOptional<string | null>;
  declare failureReason: CreationOptional<string | null>;
  declare requestedAt: Date;
  declare approvedAt: CreationOptional<Date | null>;
  declare settledAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initRefund(db: Sequelize): void {
  Refund.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      paymentId: { type: DataTypes.UUID, allowNull: false },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      amountCents: { type: DataTypes.INTEGER, allowNull: false },
      currency: DataTypes.TEXT,
      reason: { type: DataTypes.TEXT, allowNull: false },
      status: DataTypes.TEXT,
      source: { type: DataTypes.TEXT, allowNull: false },
      rule: DataTypes.TEXT,
      requestedBy: DataTypes.UUID,
      approvedBy: DataTypes.UUID,
      rejectedBy: DataTypes.UUID,
      rejectedReason: DataTypes.TEXT,
      isSurplus: DataTypes.BOOLEAN,
      rescheduleId: DataTypes.UUID,
      stripeRefundId: DataTypes.TEXT,
      failureReason: DataTypes.TEXT,
      requestedAt: { type: DataTypes.DATE, allowNull: false },
      approvedAt: DataTypes.DATE,
      settledAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'refunds' },
  );
}
