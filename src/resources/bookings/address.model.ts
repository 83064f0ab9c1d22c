import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A normalised address, one row for everybody who gave the same. */
export class Address extends Model<InferAttributes<Address>, InferCreationAttributes<Address>> {
  declare id: CreationOptional<string>;
  declare line1: string;
  declare line2: CreationOptional<string>;
  declare city: string;
  declare state: string;
  declare zip: string;
  declare accessNotes: CreationOptional<string>;
  declare usedForPickup: CreationOptional<boolean>;
  declare usedForDelivery: CreationOptional<boolean>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initAddress(db: Sequelize): void {
  Address.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      line1: { type: DataTypes.TEXT, allowNull: false },
      line2: DataTypes.TEXT,
      city: { type: DataTypes.TEXT, allowNull: false },
      state: { type: DataTypes.TEXT, allowNull: false },
      zip: { type: DataTypes.TEXT, allowNull: false },
      accessNotes: DataTypes.TEXT,
      usedForPickup: DataTypes.BOOLEAN,
      usedForDelivery: DataTypes.BOOLEAN,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'addresses' },
  );
}
