import type { Version } from './template-versions.tsx';

export interface Words {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
export type Part = keyof Words;
export const parts: readonly Part[] = ['subject', 'html', 'text'];

export interface Facts {
  readonly about: string;
  readonly readers: string;
  readonly isAboutBooking: boolean;
  readonly isEdited: boolean;
  readonly variables: readonly { readonly name: string; readonly label: string; readonly sample: string }[];
  readonly versions: readonly Version[];
}

/** How the last thing that was done went. */
export interface Said {
  readonly tone: 'good' | 'bad';
  readonly text: string;
}
