import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { DisputeStatus } from './dispute.states.ts';

/** A customer's bank asks for a payment back (`rules.md` §5). While it is open nothing of the payment is refunded. */
export class Dispute extends Model<InferAttributes<Dispute>, InferCreationAttributes<Dispute>> {
  declare id: CreationOptional<string>;
  declare paymentId: string;
  declare bookingId: string;
  declare amountCents: number;
  declare currency: CreationOptional<string>;
  declare status: DisputeStatus;
  /** Stripe's word for it. */
  declare reason: string;
  declare stripeDisputeId: string;
  declare stripeStatus: string;
  declare evidenceDueBy: Date | null;
  declare openedAt: Date;
  declare closedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDispute(db: Sequelize): void {
  Dispute.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      paymentId: { type: DataTypes.UUID, allowNull: false },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      amountCents: { type: DataTypes.INTEGER, allowNull: false },
      currency: DataTypes.TEXT,
      status: { type: DataTypes.TEXT, allowNull: false },
      reason: { type: DataTypes.TEXT, allowNull: false },
      stripeDisputeId: { type: DataTypes.TEXT, allowNull: false },
      stripeStatus: { type: DataTypes.TEXT, allowNull: false },
      evidenceDueBy: DataTypes.DATE,
      openedAt: { type: DataTypes.DATE, allowNull: false },
      closedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'disputes' },
  );
}
