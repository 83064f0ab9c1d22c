import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A van and what it carries in a day. */
export class Van extends Model<InferAttributes<Van>, InferCreationAttributes<Van>> {
  declare id: CreationOptional<string>;
  declare name: string;
  declare slots: number;
  declare specialtyLimit: number;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initVan(db: Sequelize): void {
  Van.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      name: { type: DataTypes.TEXT, allowNull: false },
      slots: { type: DataTypes.INTEGER, allowNull: false },
      specialtyLimit: { type: DataTypes.INTEGER, allowNull: false },
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'vans' },
  );
}
