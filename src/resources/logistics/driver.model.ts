import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** Who drives, as Onfleet knows them; kept after they have left, for the tasks that they did. */
export class Driver extends Model<InferAttributes<Driver>, InferCreationAttributes<Driver>> {
  declare id: CreationOptional<string>;
  declare onfleetWorkerId: string;
  declare name: string;
  declare phone: CreationOptional<string>;
  declare vehicle: CreationOptional<string | null>;
  declare isOnDuty: CreationOptional<boolean>;
  /** Still at Onfleet. */
  declare isActive: CreationOptional<boolean>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDriver(db: Sequelize): void {
  Driver.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      onfleetWorkerId: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      phone: DataTypes.TEXT,
      vehicle: DataTypes.TEXT,
      isOnDuty: DataTypes.BOOLEAN,
      isActive: DataTypes.BOOLEAN,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'drivers' },
  );
}
