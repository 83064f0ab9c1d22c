import { type Column, text } from './columns.ts';
import { phoneSql } from './csv-sql.ts';
import { phoneWords } from './words.ts';

/** How a person is reached, one click away. */

export function email(label = 'E-mail'): Column {
  return {
    ...text(label),
    cell: (value) => (typeof value === 'string' ? { text: value, href: `mailto:${value}` } : null),
  };
}

export function phone(label = 'Phone'): Column {
  return {
    ...text(label),
    cell: (value) =>
      typeof value === 'string' && value !== '' ? { text: phoneWords(value), href: `tel:${value}` } : null,
    csv: (of, name) => phoneSql(of(name)),
  };
}
