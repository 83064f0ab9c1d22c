import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { Service } from '../../pricing/rate-card.ts';

/** A code that lowers a price: exactly one of sum and percent. */
export class DiscountCode extends Model<
  InferAttributes<DiscountCode>,
  InferCreationAttributes<DiscountCode>
> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare description: CreationOptional<string>;
  declare amountCents: CreationOptional<number | null>;
  declare percentBasisPoints: CreationOptional<number | null>;
  declare minimumOrderCents: CreationOptional<number>;
  declare maximumDiscountCents: CreationOptional<number | null>;
  declare services: CreationOptional<Service[] | null>;
  declare validFrom: CreationOptional<Date | null>;
  declare validUntil: CreationOptional<Date | null>;
  declare maximumUses: CreationOptional<number | null>;
  declare maximumUsesPerCustomer: CreationOptional<number | null>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDiscountCode(db: Sequelize): void {
  DiscountCode.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      description: DataTypes.TEXT,
      amountCents: DataTypes.INTEGER,
      percentBasisPoints: DataTypes.INTEGER,
      minimumOrderCents: DataTypes.INTEGER,
      maximumDiscountCents: DataTypes.INTEGER,
      services: DataTypes.ARRAY(DataTypes.TEXT),
      validFrom: DataTypes.DATE,
      validUntil: DataTypes.DATE,
      maximumUses: DataTypes.INTEGER,
      maximumUsesPerCustomer: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'discount_codes' },
  );
}
