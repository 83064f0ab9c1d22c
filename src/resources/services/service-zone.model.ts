import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { Zone } from '../../pricing/rate-card.ts';

/** A served ZIP and what it costs to go there. */
export class ServiceZone extends Model<InferAttributes<ServiceZone>, InferCreationAttributes<ServiceZone>> {
  declare id: CreationOptional<string>;
  declare zip: string;
  declare zone: Zone;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initServiceZone(db: Sequelize): void {
  ServiceZone.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      zip: { type: DataTypes.TEXT, allowNull: false },
      zone: { type: DataTypes.TEXT, allowNull: false },
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'service_zones' },
  );
}
