import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';

/** What differs for a van on one day. */
export class VanSchedule extends Model<InferAttributes<VanSchedule>, InferCreationAttributes<VanSchedule>> {
  declare id: CreationOptional<string>;
  declare vanId: string;
  declare day: ServiceDay;
  declare open: CreationOptional<boolean>;
  declare slots: CreationOptional<number | null>;
  declare specialtyLimit: CreationOptional<number | null>;
  declare note: CreationOptional<string>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initVanSchedule(db: Sequelize): void {
  VanSchedule.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      vanId: { type: DataTypes.UUID, allowNull: false },
      day: { type: DataTypes.DATEONLY, allowNull: false },
      open: DataTypes.BOOLEAN,
      slots: DataTypes.INTEGER,
      specialtyLimit: DataTypes.INTEGER,
      note: DataTypes.TEXT,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'van_schedules' },
  );
}
