import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** What a customer said of a booking that is done, once. */
export class Feedback extends Model<InferAttributes<Feedback>, InferCreationAttributes<Feedback>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  /** 1 to 5, the best. */
  declare score: number;
  declare comment: CreationOptional<string | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initFeedback(db: Sequelize): void {
  Feedback.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      score: { type: DataTypes.INTEGER, allowNull: false },
      comment: DataTypes.TEXT,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'feedbacks' },
  );
}
