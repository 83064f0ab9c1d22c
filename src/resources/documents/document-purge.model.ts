import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A clean-up of documents: how many went and why, and how much the store gave back. */
export class DocumentPurge extends Model<
  InferAttributes<DocumentPurge>,
  InferCreationAttributes<DocumentPurge>
> {
  declare id: CreationOptional<string>;
  /** `null` for the nightly one. */
  declare startedBy: CreationOptional<string | null>;
  declare abandoned: number;
  declare keptLongEnough: number;
  declare replaced: number;
  /** Files of the store that no document has. */
  declare strays: CreationOptional<number>;
  declare freedBytes: number;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDocumentPurge(db: Sequelize): void {
  DocumentPurge.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      startedBy: DataTypes.UUID,
      abandoned: { type: DataTypes.INTEGER, allowNull: false },
      keptLongEnough: { type: DataTypes.INTEGER, allowNull: false },
      replaced: { type: DataTypes.INTEGER, allowNull: false },
      strays: DataTypes.INTEGER,
      freedBytes: { type: DataTypes.BIGINT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'document_purges' },
  );
}
