/** Brings dist up to date. */
export function build(): void;
