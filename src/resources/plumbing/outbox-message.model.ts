import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A job on its way to the queue, written in the transaction that wants it. */
export class OutboxMessage extends Model<
  InferAttributes<OutboxMessage>,
  InferCreationAttributes<OutboxMessage>
> {
  declare id: CreationOptional<string>;
  declare sequence: CreationOptional<number>;
  declare job: string;
  declare payload: Record<string, unknown>;
  declare delayMs: CreationOptional<number>;
  declare createdAt: Date;
}

export function initOutboxMessage(db: Sequelize): void {
  OutboxMessage.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      sequence: DataTypes.BIGINT,
      job: { type: DataTypes.TEXT, allowNull: false },
      payload: { type: DataTypes.JSONB, allowNull: false },
      delayMs: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'outbox_messages' },
  );
}
