import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** Who did what to what, when and from where; append-only. */
export class AuditLog extends Model<InferAttributes<AuditLog>, InferCreationAttributes<AuditLog>> {
  declare id: CreationOptional<string>;
  declare sequence: CreationOptional<number>;
  declare at: Date;
  declare actorType: 'customer' | 'staff' | 'system';
  declare actorId: CreationOptional<string | null>;
  declare actorName: CreationOptional<string>;
  declare action: string;
  declare subjectType: string;
  declare subjectId: string;
  declare subjectVersion: CreationOptional<number | null>;
  declare bookingId: CreationOptional<string | null>;
  declare requestId: CreationOptional<string | null>;
  declare reason: CreationOptional<string | null>;
  declare changes: CreationOptional<Record<string, readonly [unknown, unknown]>>;
  declare previousHash: CreationOptional<Buffer | null>;
  declare hash: CreationOptional<Buffer | null>;
}

export function initAuditLog(db: Sequelize): void {
  AuditLog.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      sequence: DataTypes.BIGINT,
      at: { type: DataTypes.DATE, allowNull: false },
      actorType: { type: DataTypes.TEXT, allowNull: false },
      actorId: DataTypes.TEXT,
      actorName: DataTypes.TEXT,
      action: { type: DataTypes.TEXT, allowNull: false },
      subjectType: { type: DataTypes.TEXT, allowNull: false },
      subjectId: { type: DataTypes.TEXT, allowNull: false },
      subjectVersion: DataTypes.INTEGER,
      bookingId: DataTypes.UUID,
      requestId: DataTypes.TEXT,
      reason: DataTypes.TEXT,
      changes: DataTypes.JSONB,
      previousHash: DataTypes.BLOB,
      hash: DataTypes.BLOB,
    },
    { sequelize: db, tableName: 'audit_logs' },
  );
}
