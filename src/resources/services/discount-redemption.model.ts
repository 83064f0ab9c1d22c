import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** One use of a code by one booking; deleted when the use is given back. */
export class DiscountRedemption extends Model<
  InferAttributes<DiscountRedemption>,
  InferCreationAttributes<DiscountRedemption>
> {
  declare id: CreationOptional<string>;
  declare discountCodeId: string;
  declare bookingId: string;
  declare customerEmail: string;
  declare createdAt: Date;
}

export function initDiscountRedemption(db: Sequelize): void {
  DiscountRedemption.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      discountCodeId: { type: DataTypes.UUID, allowNull: false },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      customerEmail: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'discount_redemptions' },
  );
}
