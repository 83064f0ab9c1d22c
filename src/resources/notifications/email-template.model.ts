import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { NotificationType } from './templates/catalogue.ts';

/** The words of one kind of mail: ours until staff edit them, theirs from then on. */
export class EmailTemplate extends Model<
  InferAttributes<EmailTemplate>,
  InferCreationAttributes<EmailTemplate>
> {
  declare id: CreationOptional<string>;
  declare type: NotificationType;
  declare subject: string;
  declare html: string;
  declare text: string;
  /** Whether these are staff's; else they follow the code's. */
  declare isEdited: CreationOptional<boolean>;
  /** Their name as it was then. */
  declare changedBy: CreationOptional<string | null>;
  declare changedAt: CreationOptional<Date | null>;
  /** The number of the newest version; 0 while nobody ever changed anything. */
  declare version: CreationOptional<number>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initEmailTemplate(db: Sequelize): void {
  EmailTemplate.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      type: { type: DataTypes.TEXT, allowNull: false },
      subject: { type: DataTypes.TEXT, allowNull: false },
      html: { type: DataTypes.TEXT, allowNull: false },
      text: { type: DataTypes.TEXT, allowNull: false },
      isEdited: DataTypes.BOOLEAN,
      changedBy: DataTypes.TEXT,
      changedAt: DataTypes.DATE,
      version: DataTypes.INTEGER,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'email_templates' },
  );
}
