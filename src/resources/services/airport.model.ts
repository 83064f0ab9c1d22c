import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** An airport we drive to, with its address for the driver. */
export class Airport extends Model<InferAttributes<Airport>, InferCreationAttributes<Airport>> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare name: string;
  declare terminals: string[];
  declare line1: string;
  declare city: string;
  declare state: string;
  declare zip: string;
  declare position: CreationOptional<number>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initAirport(db: Sequelize): void {
  Airport.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      terminals: { type: DataTypes.ARRAY(DataTypes.TEXT), allowNull: false },
      line1: { type: DataTypes.TEXT, allowNull: false },
      city: { type: DataTypes.TEXT, allowNull: false },
      state: { type: DataTypes.TEXT, allowNull: false },
      zip: { type: DataTypes.TEXT, allowNull: false },
      position: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'airports' },
  );
}
