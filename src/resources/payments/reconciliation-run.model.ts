import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** What something at Stripe is to us (`product.md` §4). */
export type ReconciledClass =
  | 'ours'
  | 'outside'
  | 'dashboard_refund'
  | 'dispute'
  | 'orphan'
  | 'amount_mismatch';

/** Something at Stripe that is neither plainly ours nor plainly somebody else's. */
export interface Finding {
  readonly as: ReconciledClass;
  readonly stripeId: string;
  readonly amountCents: number;
  readonly bookingId: string | null;
}

/** A reconciliation that was made, is being made, or was asked for; one runs at a time. */
export class ReconciliationRun extends Model<
  InferAttributes<ReconciliationRun>,
  InferCreationAttributes<ReconciliationRun>
> {
  declare id: CreationOptional<string>;
  declare status: CreationOptional<'waiting' | 'running' | 'done' | 'failed'>;
  declare startedBy: CreationOptional<string | null>;
  declare counts: CreationOptional<Readonly<Partial<Record<ReconciledClass, number>>>>;
  declare healed: CreationOptional<number>;
  declare findings: CreationOptional<readonly Finding[]>;
  declare findingCount: CreationOptional<number>;
  declare failure: CreationOptional<string | null>;
  declare startedAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initReconciliationRun(db: Sequelize): void {
  ReconciliationRun.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      status: DataTypes.TEXT,
      startedBy: DataTypes.UUID,
      counts: DataTypes.JSONB,
      healed: DataTypes.INTEGER,
      findings: DataTypes.JSONB,
      findingCount: DataTypes.INTEGER,
      failure: DataTypes.TEXT,
      startedAt: DataTypes.DATE,
      endedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'reconciliation_runs' },
  );
}
