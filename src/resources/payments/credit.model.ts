import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** An amount that a booking no longer owes, and why. Append-only; negative takes one back. */
export class Credit extends Model<InferAttributes<Credit>, InferCreationAttributes<Credit>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare kind: 'waived' | 'goodwill' | 'refund' | 'dispute' | 'cancellation' | 'price_kept' | 'take_back';
  declare amountCents: number;
  declare refundId: CreationOptional<string | null>;
  declare disputeId: CreationOptional<string | null>;
  declare reason: string;
  declare createdAt: Date;
}

export function initCredit(db: Sequelize): void {
  Credit.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      kind: { type: DataTypes.TEXT, allowNull: false },
      amountCents: { type: DataTypes.INTEGER, allowNull: false },
      refundId: DataTypes.UUID,
      disputeId: DataTypes.UUID,
      reason: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'credits' },
  );
}
