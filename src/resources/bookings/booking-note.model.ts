import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';

/** A dated note of the office on a booking. Never shown to customers, never rewritten. */
export class BookingNote extends Model<InferAttributes<BookingNote>, InferCreationAttributes<BookingNote>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare staffUserId: CreationOptional<string | null>;
  /** Their name as it was then. */
  declare author: string;
  declare text: string;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initBookingNote(db: Sequelize): void {
  BookingNote.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      staffUserId: DataTypes.UUID,
      author: { type: DataTypes.TEXT, allowNull: false },
      text: { type: DataTypes.TEXT, allowNull: false },
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'booking_notes' },
  );
}
