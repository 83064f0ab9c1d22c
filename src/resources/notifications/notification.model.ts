import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { NotificationType } from './templates/catalogue.ts';

export type NotificationStatus = 'waiting' | 'sent' | 'failed' | 'withheld';

/** One mail to one recipient about one event. What it says is read when it goes out. */
export class Notification extends Model<
  InferAttributes<Notification>,
  InferCreationAttributes<Notification>
> {
  declare id: CreationOptional<string>;
  declare type: NotificationType;
  /** The event: with type and recipient there is one such mail. */
  declare eventKey: string;
  declare bookingId: CreationOptional<string | null>;
  declare recipient: string;
  /** Whose it is when it is about no booking: a link to sign in. */
  declare customerId: CreationOptional<string | null>;
  /** Whom of the staff it is for; `null` of customers' mail. */
  declare staffUserId: CreationOptional<string | null>;
  declare status: CreationOptional<NotificationStatus>;
  /** As it was sent. */
  declare subject: CreationOptional<string | null>;
  /** What the booking itself does not say. */
  declare variables: Record<string, string>;
  declare requestedBy: CreationOptional<string | null>;
  declare attempts: CreationOptional<number>;
  declare lastError: CreationOptional<string | null>;
  declare sesMessageId: CreationOptional<string | null>;
  /** Not before then; `null` is at once. */
  declare scheduledFor: CreationOptional<Date | null>;
  /** When one that was scheduled was handed on to be sent. */
  declare queuedAt: CreationOptional<Date | null>;
  declare sentAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initNotification(db: Sequelize): void {
  Notification.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      type: { type: DataTypes.TEXT, allowNull: false },
      eventKey: { type: DataTypes.TEXT, allowNull: false },
      bookingId: DataTypes.UUID,
      recipient: { type: DataTypes.TEXT, allowNull: false },
      customerId: DataTypes.UUID,
      staffUserId: DataTypes.UUID,
      status: DataTypes.TEXT,
      subject: DataTypes.TEXT,
      variables: { type: DataTypes.JSONB, allowNull: false },
      requestedBy: DataTypes.UUID,
      attempts: DataTypes.INTEGER,
      lastError: DataTypes.TEXT,
      sesMessageId: DataTypes.TEXT,
      scheduledFor: DataTypes.DATE,
      queuedAt: DataTypes.DATE,
      sentAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'notifications' },
  );
}
