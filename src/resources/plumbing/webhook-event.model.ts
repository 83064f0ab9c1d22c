import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** What an outside service told us, stored once, worked from the queue. */
export class WebhookEvent extends Model<
  InferAttributes<WebhookEvent>,
  InferCreationAttributes<WebhookEvent>
> {
  declare id: CreationOptional<string>;
  declare source: 'stripe' | 'onfleet' | 'ses';
  declare externalId: string;
  declare type: string;
  declare body: Record<string, unknown>;
  declare status: CreationOptional<'received' | 'done' | 'ignored' | 'failed'>;
  declare attempts: CreationOptional<number>;
  declare lastError: CreationOptional<string | null>;
  declare receivedAt: Date;
  declare workedAt: CreationOptional<Date | null>;
}

export function initWebhookEvent(db: Sequelize): void {
  WebhookEvent.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      source: { type: DataTypes.TEXT, allowNull: false },
      externalId: { type: DataTypes.TEXT, allowNull: false },
      type: { type: DataTypes.TEXT, allowNull: false },
      body: { type: DataTypes.JSONB, allowNull: false },
      status: DataTypes.TEXT,
      attempts: DataTypes.INTEGER,
      lastError: DataTypes.TEXT,
      receivedAt: { type: DataTypes.DATE, allowNull: false },
      workedAt: DataTypes.DATE,
    },
    { sequelize: db, tableName: 'webhook_events' },
  );
}
