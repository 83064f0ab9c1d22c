import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';

/** A proof of the books that was made, or is being made, and what did not add up (`rules.md` §5). */
export class ProofRun extends Model<InferAttributes<ProofRun>, InferCreationAttributes<ProofRun>> {
  declare id: CreationOptional<string>;
  declare status: CreationOptional<'waiting' | 'running' | 'holds' | 'broken' | 'failed'>;
  declare startedBy: CreationOptional<string | null>;
  declare fromDay: ServiceDay;
  declare toDay: ServiceDay;
  declare bookings: CreationOptional<number | null>;
  declare payments: CreationOptional<number | null>;
  declare moves: CreationOptional<number | null>;
  declare ledgerCents: CreationOptional<number | null>;
  declare stripeCents: CreationOptional<number | null>;
  declare findings: CreationOptional<
    readonly { readonly words: string; readonly bookingId: string | null }[]
  >;
  declare findingCount: CreationOptional<number>;
  declare failure: CreationOptional<string | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initProofRun(db: Sequelize): void {
  ProofRun.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      status: DataTypes.TEXT,
      startedBy: DataTypes.UUID,
      fromDay: { type: DataTypes.DATEONLY, allowNull: false },
      toDay: { type: DataTypes.DATEONLY, allowNull: false },
      bookings: DataTypes.INTEGER,
      payments: DataTypes.INTEGER,
      moves: DataTypes.INTEGER,
      ledgerCents: DataTypes.BIGINT,
      stripeCents: DataTypes.BIGINT,
      findings: DataTypes.JSONB,
      findingCount: DataTypes.INTEGER,
      failure: DataTypes.TEXT,
      startedAt: DataTypes.DATE,
      endedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'proof_runs' },
  );
}
