import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A personal value that the audit log names by its digest; erased with the person, while the log stays whole. */
export class AuditPersonalValue extends Model<
  InferAttributes<AuditPersonalValue>,
  InferCreationAttributes<AuditPersonalValue>
> {
  declare auditLogId: string;
  declare digest: string;
  declare value: unknown;
  declare bookingId: CreationOptional<string | null>;
  declare customerId: CreationOptional<string | null>;
}

export function initAuditPersonalValue(db: Sequelize): void {
  AuditPersonalValue.init(
    {
      auditLogId: { type: DataTypes.UUID, primaryKey: true },
      digest: { type: DataTypes.TEXT, primaryKey: true },
      value: { type: DataTypes.JSONB, allowNull: false },
      bookingId: DataTypes.UUID,
      customerId: DataTypes.UUID,
    },
    { sequelize: db, tableName: 'audit_personal_values' },
  );
}
