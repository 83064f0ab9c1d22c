/** What a paper for a customer says, before it is set. Texts are for people; sums are whole cents. */
export interface Paper {
  readonly title: string;
  /** `TT-000123-1` */
  readonly number: string;
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly lines: readonly { readonly label: string; readonly amountCents: number }[];
  readonly totals: readonly { readonly label: string; readonly amountCents: number }[];
  readonly foot: string;
  readonly madeAt: Date;
}
