import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { MailEventKind } from './ses/mail-event.ts';

/** What became of a mail, as SES tells. */
export class DeliveryLog extends Model<InferAttributes<DeliveryLog>, InferCreationAttributes<DeliveryLog>> {
  declare id: CreationOptional<string>;
  declare notificationId: string;
  declare kind: MailEventKind;
  declare detail: CreationOptional<string | null>;
  /** The event that told it. */
  declare sourceEvent: string;
  declare occurredAt: Date;
  declare createdAt: Date;
}

export function initDeliveryLog(db: Sequelize): void {
  DeliveryLog.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      notificationId: { type: DataTypes.UUID, allowNull: false },
      kind: { type: DataTypes.TEXT, allowNull: false },
      detail: DataTypes.TEXT,
      sourceEvent: { type: DataTypes.TEXT, allowNull: false },
      occurredAt: { type: DataTypes.DATE, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'delivery_logs' },
  );
}
