import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';

/** What a booking takes of a van on a day. The database refuses one that does not fit. */
export class CapacityTaking extends Model<
  InferAttributes<CapacityTaking>,
  InferCreationAttributes<CapacityTaking>
> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  /** The ride itself, or the later day that waits for its price. */
  declare purpose: CreationOptional<'ride' | 'move'>;
  declare vanId: string;
  declare day: ServiceDay;
  declare slots: number;
  declare wholeVan: CreationOptional<boolean>;
  declare specialtyItems: CreationOptional<number>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initCapacityTaking(db: Sequelize): void {
  CapacityTaking.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      purpose: DataTypes.TEXT,
      vanId: { type: DataTypes.UUID, allowNull: false },
      day: { type: DataTypes.DATEONLY, allowNull: false },
      slots: { type: DataTypes.INTEGER, allowNull: false },
      wholeVan: DataTypes.BOOLEAN,
      specialtyItems: DataTypes.INTEGER,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'capacity_takings' },
  );
}
