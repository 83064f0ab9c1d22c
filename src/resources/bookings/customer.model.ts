import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/**
 * A profile, one per normalised e-mail. An anonymous booking links it and never changes it (`rules.md` §6). One that was
 * merged stays and points to the one that lives; one that was erased keeps nothing of its person.
 */
export class Customer extends Model<InferAttributes<Customer>, InferCreationAttributes<Customer>> {
  declare id: CreationOptional<string>;
  /** `null` once erased. */
  declare email: CreationOptional<string | null>;
  declare firstName: string;
  declare lastName: string;
  declare phone: CreationOptional<string | null>;
  declare preferences: CreationOptional<Record<string, boolean>>;
  declare communicationPreferences: CreationOptional<{ marketing?: boolean }>;
  declare tags: CreationOptional<string[]>;
  declare notes: CreationOptional<string>;
  declare version: CreationOptional<number>;
  declare archivedAt: CreationOptional<Date | null>;
  declare mergedIntoId: CreationOptional<string | null>;
  declare mergedAt: CreationOptional<Date | null>;
  declare erasedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initCustomer(db: Sequelize): void {
  Customer.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      email: DataTypes.TEXT,
      firstName: { type: DataTypes.TEXT, allowNull: false },
      lastName: { type: DataTypes.TEXT, allowNull: false },
      phone: DataTypes.TEXT,
      preferences: DataTypes.JSONB,
      communicationPreferences: DataTypes.JSONB,
      tags: DataTypes.ARRAY(DataTypes.TEXT),
      notes: DataTypes.TEXT,
      version: DataTypes.INTEGER,
      archivedAt: DataTypes.DATE,
      mergedIntoId: DataTypes.UUID,
      mergedAt: DataTypes.DATE,
      erasedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'customers' },
  );
}
