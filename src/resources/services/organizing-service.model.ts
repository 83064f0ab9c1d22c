import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** Packing or unpacking by our organizers for one package; taxed. */
export class OrganizingService extends Model<
  InferAttributes<OrganizingService>,
  InferCreationAttributes<OrganizingService>
> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare packageId: string;
  declare kind: 'packing' | 'unpacking';
  declare name: string;
  declare priceCents: number;
  declare hours: number;
  declare organizers: number;
  declare suppliesAllowanceCents: CreationOptional<number>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initOrganizingService(db: Sequelize): void {
  OrganizingService.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      packageId: { type: DataTypes.UUID, allowNull: false },
      kind: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      priceCents: { type: DataTypes.INTEGER, allowNull: false },
      hours: { type: DataTypes.INTEGER, allowNull: false },
      organizers: { type: DataTypes.INTEGER, allowNull: false },
      suppliesAllowanceCents: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'organizing_services' },
  );
}
