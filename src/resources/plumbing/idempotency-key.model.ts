import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A client's key, what it asked for and, once done, what it was answered; kept for a day. */
export class IdempotencyKey extends Model<
  InferAttributes<IdempotencyKey>,
  InferCreationAttributes<IdempotencyKey>
> {
  declare scope: string;
  declare key: string;
  declare requestHash: string;
  declare resourceId: CreationOptional<string | null>;
  declare answer: CreationOptional<object | null>;
  declare status: CreationOptional<number | null>;
  declare createdAt: Date;
  declare expiresAt: Date;
}

export function initIdempotencyKey(db: Sequelize): void {
  IdempotencyKey.init(
    {
      scope: { type: DataTypes.TEXT, primaryKey: true },
      key: { type: DataTypes.TEXT, primaryKey: true },
      requestHash: { type: DataTypes.TEXT, allowNull: false },
      resourceId: DataTypes.UUID,
      answer: DataTypes.JSON,
      status: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      expiresAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'idempotency_keys' },
  );
}
