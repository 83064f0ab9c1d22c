import {
  type CreationOptional,
  DataTypes,
  type InferAttributes,
  type InferCreationAttributes,
  Model,
  type Sequelize,
} from 'sequelize';
import type {
  ContentType,
  DocumentCategory,
  DocumentRefusal,
  DocumentStatus,
  GoneReason,
} from './document.states.ts';

/** A file of a booking. It counts once it is `stored`: uploaded, looked into, and moved to where no upload reaches. */
export class Document extends Model<InferAttributes<Document>, InferCreationAttributes<Document>> {
  declare id: CreationOptional<string>;
  declare bookingId: string;
  /** The booking's; the database keeps it so. */
  declare customerId: CreationOptional<string | null>;
  declare category: DocumentCategory;
  declare tags: CreationOptional<string[]>;
  declare fileName: string;
  declare contentType: ContentType;
  declare byteSize: number;
  declare status: CreationOptional<DocumentStatus>;
  declare refusal: CreationOptional<DocumentRefusal | null>;
  /** The scanner that found nothing; `null` where there is none (ADR 20). */
  declare scannedBy: CreationOptional<string | null>;
  declare uploader: 'customer' | 'staff' | 'system';
  declare uploadedBy: CreationOptional<string | null>;
  declare storedAt: CreationOptional<Date | null>;
  declare goneAt: CreationOptional<Date | null>;
  declare goneBecause: CreationOptional<GoneReason | null>;
  /** When the store had nothing of it any more. */
  declare fileDeletedAt: CreationOptional<Date | null>;
  declare createdAt: Date;
  declare updatedAt: Date;
}

export function initDocument(db: Sequelize): void {
  Document.init(
    {
      id: { type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 },
      bookingId: { type: DataTypes.UUID, allowNull: false },
      customerId: DataTypes.UUID,
      category: { type: DataTypes.TEXT, allowNull: false },
      tags: DataTypes.ARRAY(DataTypes.TEXT),
      fileName: { type: DataTypes.TEXT, allowNull: false },
      contentType: { type: DataTypes.TEXT, allowNull: false },
      byteSize: { type: DataTypes.INTEGER, allowNull: false },
      status: DataTypes.TEXT,
      refusal: DataTypes.TEXT,
      scannedBy: DataTypes.TEXT,
      uploader: { type: DataTypes.TEXT, allowNull: false },
      uploadedBy: DataTypes.UUID,
      storedAt: DataTypes.DATE,
      goneAt: DataTypes.DATE,
      goneBecause: DataTypes.TEXT,
      fileDeletedAt: DataTypes.DATE,
      createdAt: { type: DataTypes.DATE, allowNull: false },
      updatedAt: { type: DataTypes.DATE, allowNull: false },
    },
    { sequelize: db, tableName: 'documents' },
  );
}

/** Where a customer's browser puts a file; whatever lies there was not looked into. */
export function incomingKey({ id }: Pick<Document, 'id'>): string {
  return `${INCOMING}${id}`;
}

/** Where it lies once it counts: no upload is ever signed for such a key. */
export function storedKey({ id }: Pick<Document, 'id'>): string {
  return `${STORED}${id}`;
}

export const INCOMING = 'incoming/';
export const STORED = 'documents/';
