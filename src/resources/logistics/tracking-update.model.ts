import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

export type TrackingKind =
  | 'assigned'
  | 'unassigned'
  | 'started'
  | 'eta'
  | 'arriving'
  | 'completed'
  | 'failed';

/** What the road told of a task, each once, in whatever order it came. */
export class TrackingUpdate extends Model<
  InferAttributes<TrackingUpdate>,
  InferCreationAttributes<TrackingUpdate>
> {
  declare id: CreationOptional<string>;
  declare deliveryTaskId: string;
  declare bookingId: string;
  declare kind: TrackingKind;
  /** The event that told it. */
  declare sourceEvent: string;
  declare driverId: CreationOptional<string | null>;
  declare etaAt: CreationOptional<Date | null>;
  declare latitude: CreationOptional<number | null>;
  declare longitude: CreationOptional<number | null>;
  declare occurredAt: Date;
  declare createdAt: Date;
}

export function initTrackingUpdate(db: Sequelize): void {
  TrackingUpdate.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      deliveryTaskId: { type: DataTypes.UUID, allowNull: false },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      kind: { type: DataTypes.TEXT, allowNull: false },
      sourceEvent: { type: DataTypes.TEXT, allowNull: false },
      driverId: DataTypes.UUID,
      etaAt: DataTypes.DATE,
      latitude: DataTypes.DOUBLE,
      longitude: DataTypes.DOUBLE,
      occurredAt: { type: DataTypes.DATE, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'tracking_updates' },
  );
}
