import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

export type VersionSource = 'written' | 'restored' | 'default';

/** A template as it was after one change. Never rewritten. */
export class EmailTemplateVersion extends Model<
  InferAttributes<EmailTemplateVersion>,
  InferCreationAttributes<EmailTemplateVersion>
> {
  declare id: CreationOptional<string>;
  declare templateId: string;
  /** From 1 on. */
  declare number: number;
  declare subject: string;
  declare html: string;
  declare text: string;
  declare source: VersionSource;
  declare restoredFrom: CreationOptional<number | null>;
  declare authorId: CreationOptional<string | null>;
  /** Their name as it was then. */
  declare author: string;
  declare createdAt: Date;
}

export function initEmailTemplateVersion(db: Sequelize): void {
  EmailTemplateVersion.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      templateId: { type: DataTypes.UUID, allowNull: false },
      number: { type: DataTypes.INTEGER, allowNull: false },
      subject: { type: DataTypes.TEXT, allowNull: false },
      html: { type: DataTypes.TEXT, allowNull: false },
      text: { type: DataTypes.TEXT, allowNull: false },
      source: { type: DataTypes.TEXT, allowNull: false },
      restoredFrom: DataTypes.INTEGER,
      authorId: DataTypes.UUID,
      author: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'email_template_versions' },
  );
}
