import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** Something that a person must decide, with a suggested step; nothing ends in a log line. */
export class NeedsReview extends Model<InferAttributes<NeedsReview>, InferCreationAttributes<NeedsReview>> {
  declare id: CreationOptional<string>;
  declare kind: string;
  declare subject: string;
  declare bookingId: CreationOptional<string | null>;
  declare paymentId: CreationOptional<string | null>;
  declare reason: string;
  declare suggestedStep: string;
  declare resolution: CreationOptional<string | null>;
  declare resolvedBy: CreationOptional<string | null>;
  declare resolvedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initNeedsReview(db: Sequelize): void {
  NeedsReview.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      kind: { type: DataTypes.TEXT, allowNull: false },
      subject: { type: DataTypes.TEXT, allowNull: false },
      bookingId: DataTypes.UUID,
      paymentId: DataTypes.UUID,
      reason: { type: DataTypes.TEXT, allowNull: false },
      suggestedStep: { type: DataTypes.TEXT, allowNull: false },
      resolution: DataTypes.TEXT,
      resolvedBy: DataTypes.UUID,
      resolvedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'needs_reviews' },
  );
}
