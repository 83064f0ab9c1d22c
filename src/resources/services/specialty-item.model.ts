import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A single awkward object with a price of its own. */
export class SpecialtyItem extends Model<
  InferAttributes<SpecialtyItem>,
  InferCreationAttributes<SpecialtyItem>
> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare name: string;
  declare description: CreationOptional<string>;
  declare priceCents: number;
  declare vanSlots: CreationOptional<number>;
  declare position: CreationOptional<number>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initSpecialtyItem(db: Sequelize): void {
  SpecialtyItem.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      description: DataTypes.TEXT,
      priceCents: { type: DataTypes.INTEGER, allowNull: false },
      vanSlots: DataTypes.INTEGER,
      position: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'specialty_items' },
  );
}
