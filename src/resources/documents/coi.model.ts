import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';
import type { CoiStatus } from './coi.states.ts';

/** A certificate of insurance as it stands on a document of its booking, read and decided by staff. */
export class Coi extends Model<InferAttributes<Coi>, InferCreationAttributes<Coi>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare documentId: string;
  declare status: CreationOptional<CoiStatus>;
  /** Who wants it, in words. */
  declare building: CreationOptional<string>;
  declare insurer: CreationOptional<string | null>;
  declare policyNumber: CreationOptional<string | null>;
  declare certificateHolder: CreationOptional<string | null>;
  /** For each occurrence. */
  declare coverageCents: CreationOptional<number | null>;
  /** For all of them together. */
  declare aggregateCents: CreationOptional<number | null>;
  declare effectiveDate: CreationOptional<ServiceDay | null>;
  declare expiryDate: CreationOptional<ServiceDay | null>;
  declare notes: CreationOptional<string>;
  declare reviewedBy: CreationOptional<string | null>;
  declare reviewedAt: CreationOptional<Date | null>;
  declare rejectedReason: CreationOptional<string | null>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initCoi(db: Sequelize): void {
  Coi.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      documentId: { type: DataTypes.UUID, allowNull: false },
      status: DataTypes.TEXT,
      building: DataTypes.TEXT,
      insurer: DataTypes.TEXT,
      policyNumber: DataTypes.TEXT,
      certificateHolder: DataTypes.TEXT,
      coverageCents: DataTypes.INTEGER,
      aggregateCents: DataTypes.INTEGER,
      effectiveDate: DataTypes.DATEONLY,
      expiryDate: DataTypes.DATEONLY,
      notes: DataTypes.TEXT,
      reviewedBy: DataTypes.UUID,
      reviewedAt: DataTypes.DATE,
      rejectedReason: DataTypes.TEXT,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'cois' },
  );
}
