/** What staff see beside the editor: what the variable holds, and the words the preview shows for it. */
export type TemplateVariable = { readonly label: string; readonly sample: string };

/**
 * One kind of mail and its default words. Subject, html and text are Liquid; the html is the inner part,
 * the layout comes around it. Variables are words already formatted for people, an absent one is ''.
 */
export type TemplateType = {
  /** Words for staff. */
  readonly name: string;
  /** When it is sent. */
  readonly about: string;
  /** `building`: whoever asked for a certificate; such mail offers nothing of the customer's own. */
  readonly audience: 'customer' | 'staff' | 'building';
  /** Transactional mail always goes out; the rest by choice, with a line to unsubscribe. */
  readonly isTransactional: boolean;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly variables: Readonly<Record<string, TemplateVariable>>;
};
