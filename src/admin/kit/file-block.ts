/** A document to look at, from an address of the store that is asked for when it is shown. */
export interface FileBlock {
  readonly kind: 'file';
  readonly title: string;
  readonly documentId: string;
  readonly fileName: string;
  readonly contentType: string;
}
