import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** The last sign of life of a schedule, and when it is due next by business time. */
export class Heartbeat extends Model<InferAttributes<Heartbeat>, InferCreationAttributes<Heartbeat>> {
  declare name: string;
  declare dueAt: CreationOptional<Date | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare finishedAt: CreationOptional<Date | null>;
  declare succeededAt: CreationOptional<Date | null>;
  declare durationMs: CreationOptional<number | null>;
  declare lastError: CreationOptional<string | null>;
  declare createdAt: CreationOptional<Date>;
  declare updatedAt: Date;
}

export function initHeartbeat(db: Sequelize): void {
  Heartbeat.init(
    {
      name: { type: DataTypes.TEXT, primaryKey: true },
      dueAt: DataTypes.DATE,
      startedAt: DataTypes.DATE,
      finishedAt: DataTypes.DATE,
      succeededAt: DataTypes.DATE,
      durationMs: DataTypes.INTEGER,
      lastError: DataTypes.TEXT,
      createdAt: DataTypes.DATE,
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'heartbeats' },
  );
}
