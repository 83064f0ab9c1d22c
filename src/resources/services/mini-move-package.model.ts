import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A package of a mini move (`product.md` §2). A null `vanSlots` takes the whole van; a null `specificHourFeeCents` refuses a specific hour. */
export class MiniMovePackage extends Model<
  InferAttributes<MiniMovePackage>,
  InferCreationAttributes<MiniMovePackage>
> {
  declare id: CreationOptional<string>;
  declare code: string;
  declare name: string;
  declare description: CreationOptional<string>;
  declare priceCents: number;
  declare maxItems: CreationOptional<number | null>;
  declare maxItemWeightLbs: number;
  declare coiIncluded: boolean;
  declare coiFeeCents: number;
  declare specificHourFeeCents: CreationOptional<number | null>;
  declare vanSlots: CreationOptional<number | null>;
  declare position: CreationOptional<number>;
  declare active: CreationOptional<boolean>;
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initMiniMovePackage(db: Sequelize): void {
  MiniMovePackage.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      code: { type: DataTypes.TEXT, allowNull: false },
      name: { type: DataTypes.TEXT, allowNull: false },
      description: DataTypes.TEXT,
      priceCents: { type: DataTypes.INTEGER, allowNull: false },
      maxItems: DataTypes.INTEGER,
      maxItemWeightLbs: { type: DataTypes.INTEGER, allowNull: false },
      coiIncluded: { type: DataTypes.BOOLEAN, allowNull: false },
      coiFeeCents: { type: DataTypes.INTEGER, allowNull: false },
      specificHourFeeCents: DataTypes.INTEGER,
      vanSlots: DataTypes.INTEGER,
      position: DataTypes.INTEGER,
      active: DataTypes.BOOLEAN,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'mini_move_packages' },
  );
}
