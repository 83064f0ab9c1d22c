import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type { ServiceDay } from '../../clock.ts';
import type { PricedQuote } from '../../pricing/price-quote.ts';
import type { PickupWindow } from '../../pricing/quote-request.ts';

/** A new day of a booking whose price is still to be paid or given back, or was. */
export class Reschedule extends Model<InferAttributes<Reschedule>, InferCreationAttributes<Reschedule>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  declare priceChoice: 'charge' | 'refund';
  declare status: CreationOptional<'waiting' | 'done' | 'ended'>;
  declare pickupDate: ServiceDay;
  declare pickupWindow: PickupWindow;
  declare pickupHour: number | null;
  declare price: PricedQuote;
  declare rateCardVersion: number;
  declare expiresAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initReschedule(db: Sequelize): void {
  Reschedule.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      priceChoice: { type: DataTypes.TEXT, allowNull: false },
      status: DataTypes.TEXT,
      pickupDate: { type: DataTypes.DATEONLY, allowNull: false },
      pickupWindow: { type: DataTypes.TEXT, allowNull: false },
      pickupHour: DataTypes.INTEGER,
      price: { type: DataTypes.JSONB, allowNull: false },
      rateCardVersion: { type: DataTypes.BIGINT, allowNull: false },
      expiresAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'reschedules' },
  );
}
