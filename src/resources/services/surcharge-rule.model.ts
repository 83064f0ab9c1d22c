import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';
import type { Service, Weekday } from '../../pricing/rate-card.ts';

/** A weekend, holiday or peak surcharge: exactly one of sum and percent; `fromDay` and `toDay` inclusive. */
export class SurchargeRule extends Model<
  InferAttributes<SurchargeRule>,
  InferCreationAttributes<SurchargeRule>
> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare name: string;
  declare type: 'weekend' | 'holiday' | 'peak';
  declare services: Service[];
  declare amountCents: CreationOptional<number | null>;
  declare percentBasisPoints: CreationOptional<number | null>;
  declare weekdays: CreationOptional<Weekday[] | null>;
  declare fromDay: CreationOptional<ServiceDay | null>;
  declare toDay: CreationOptional<ServiceDay | null>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initSurchargeRule(db: Sequelize): void {
  SurchargeRule.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      type: { type: DataTypes.TEXT, allowNull: false },
      services: { type: DataTypes.ARRAY(DataTypes.TEXT), allowNull: false },
      amountCents: DataTypes.INTEGER,
      percentBasisPoints: DataTypes.INTEGER,
      weekdays: DataTypes.ARRAY(DataTypes.TEXT),
      fromDay: DataTypes.DATEONLY,
      toDay: DataTypes.DATEONLY,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'surcharge_rules' },
  );
}
