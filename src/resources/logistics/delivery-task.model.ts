import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { DeliveryTaskStatus, Leg } from './delivery-task.states.ts';

/** One stop of a booking, as a driver drives it: created once a leg and attempt, and known at Onfleet by its id. */
export class DeliveryTask extends Model<
  InferAttributes<DeliveryTask>,
  InferCreationAttributes<DeliveryTask>
> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare leg: Leg;
  /** Counts the new dates after failed deliveries. */
  declare attempt: number;
  declare status: CreationOptional<DeliveryTaskStatus>;
  declare driverId: CreationOptional<string | null>;
  declare startsAt: Date;
  declare endsAt: Date;
  /** Staff chose the window: the booking's does not overwrite it until its day changes. */
  declare isWindowChosen: CreationOptional<boolean>;
  declare onfleetTaskId: CreationOptional<string | null>;
  declare trackingUrl: CreationOptional<string | null>;
  /** Digest of what Onfleet was told last. */
  declare sentDigest: CreationOptional<string | null>;
  /** The same of where it is and whom to meet, which Onfleet lets nobody change. */
  declare sentPlaceDigest: CreationOptional<string | null>;
  /** Withdrawn, and no longer at Onfleet. */
  declare isGone: CreationOptional<boolean>;
  declare lastError: CreationOptional<string | null>;
  /** When Onfleet had last changed what was taken in of it, by its clock. */
  declare factsAt: CreationOptional<Date | null>;
  declare etaAt: CreationOptional<Date | null>;
  /** When the latest word from the road was said. */
  declare toldAt: CreationOptional<Date | null>;
  /** Where its driver is, only while on the way. */
  declare latitude: CreationOptional<number | null>;
  declare longitude: CreationOptional<number | null>;
  declare positionAt: CreationOptional<Date | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare arrivedAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  declare failureReason: CreationOptional<string | null>;
  declare completionNotes: CreationOptional<string | null>;
  declare photoIds: CreationOptional<string[]>;
  declare signatureId: CreationOptional<string | null>;
  /** Whom it met, as Onfleet knows them. */
  declare recipientIds: CreationOptional<string[]>;
  /** When what is personal of it was taken from Onfleet. */
  declare strippedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDeliveryTask(db: Sequelize): void {
  DeliveryTask.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      leg: { type: DataTypes.TEXT, allowNull: false },
      attempt: { type: DataTypes.INTEGER, allowNull: false },
      status: DataTypes.TEXT,
      driverId: DataTypes.UUID,
      startsAt: { type: DataTypes.DATE, allowNull: false },
      endsAt: { type: DataTypes.DATE, allowNull: false },
      isWindowChosen: DataTypes.BOOLEAN,
      onfleetTaskId: DataTypes.TEXT,
      trackingUrl: DataTypes.TEXT,
      sentDigest: DataTypes.TEXT,
      sentPlaceDigest: DataTypes.TEXT,
      isGone: DataTypes.BOOLEAN,
      lastError: DataTypes.TEXT,
      factsAt: DataTypes.DATE,
      etaAt: DataTypes.DATE,
      toldAt: DataTypes.DATE,
      latitude: DataTypes.DOUBLE,
      longitude: DataTypes.DOUBLE,
      positionAt: DataTypes.DATE,
      startedAt: DataTypes.DATE,
      arrivedAt: DataTypes.DATE,
      endedAt: DataTypes.DATE,
      failureReason: DataTypes.TEXT,
      completionNotes: DataTypes.TEXT,
      photoIds: DataTypes.ARRAY(DataTypes.TEXT),
      signatureId: DataTypes.TEXT,
      recipientIds: DataTypes.ARRAY(DataTypes.TEXT),
      strippedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'delivery_tasks' },
  );
}
