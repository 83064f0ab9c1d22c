/** The card that paid, as its owner knows it: `Visa ending 4242`. */

export const up = /* sql */ `
alter table payments add column card_words text check (length(card_words) between 1 and 60);
`;

export const down = /* sql */ `
alter table payments drop column card_words;
`;
