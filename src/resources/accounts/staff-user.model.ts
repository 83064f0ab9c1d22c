import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';

/** A person who may sign in to the panel. */
export class StaffUser extends Model<InferAttributes<StaffUser>, InferCreationAttributes<StaffUser>> {
  declare id: CreationOptional<string>;
  declare email: string;
  declare name: string;
  declare role: 'admin' | 'staff' | 'viewer';
  declare passwordHash: CreationOptional<string | null>;
  declare mustChangePassword: CreationOptional<boolean>;
  declare department: CreationOptional<string>;
  declare phone: CreationOptional<string | null>;
  declare hireDate: CreationOptional<ServiceDay | null>;
  declare preferences: CreationOptional<Record<string, unknown>>;
  declare sessionEpoch: CreationOptional<number>;
  declare passwordLinkHash: CreationOptional<string | null>;
  declare passwordLinkExpiresAt: CreationOptional<Date | null>;
  declare lastSignInAt: CreationOptional<Date | null>;
  declare disabledAt: CreationOptional<Date | null>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initStaffUser(db: Sequelize): void {
  StaffUser.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      email: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      role: { type: DataTypes.TEXT, allowNull: false },
      passwordHash: DataTypes.TEXT,
      mustChangePassword: DataTypes.BOOLEAN,
      department: DataTypes.TEXT,
      phone: DataTypes.TEXT,
      hireDate: DataTypes.DATEONLY,
      preferences: DataTypes.JSONB,
      sessionEpoch: DataTypes.INTEGER,
      passwordLinkHash: DataTypes.TEXT,
      passwordLinkExpiresAt: DataTypes.DATE,
      lastSignInAt: DataTypes.DATE,
      disabledAt: DataTypes.DATE,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'staff_users' },
  );
}
