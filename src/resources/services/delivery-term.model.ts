import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { Service } from '../../pricing/rate-card.ts';

/** Prices and minimums of a service sold by the piece. */
export class DeliveryTerm extends Model<
  InferAttributes<DeliveryTerm>,
  InferCreationAttributes<DeliveryTerm>
> {
  declare id: CreationOptional<string>;
  declare service: Exclude<Service, 'mini_move'>;
  declare name: string;
  declare pricePerUnitCents: CreationOptional<number | null>;
  declare minimumUnits: CreationOptional<number>;
  declare minimumChargeCents: CreationOptional<number>;
  declare sameDayFeeCents: CreationOptional<number | null>;
  declare coiFeeCents: CreationOptional<number | null>;
  declare maxItemWeightLbs: CreationOptional<number | null>;
  declare vanSlots: CreationOptional<number>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDeliveryTerm(db: Sequelize): void {
  DeliveryTerm.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      service: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      pricePerUnitCents: DataTypes.INTEGER,
      minimumUnits: DataTypes.INTEGER,
      minimumChargeCents: DataTypes.INTEGER,
      sameDayFeeCents: DataTypes.INTEGER,
      coiFeeCents: DataTypes.INTEGER,
      maxItemWeightLbs: DataTypes.INTEGER,
      vanSlots: DataTypes.INTEGER,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'delivery_terms' },
  );
}
