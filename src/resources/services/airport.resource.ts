import { z } from 'zod';
import { count, list, made, text, yesNo } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import * as field from '../../admin/kit/fields.ts';
import { recordHistory } from '../../admin/kit/history.ts';
import { Airport } from './airport.model.ts';
import { airportPolicy } from './airport.policy.ts';

export const airports = defineResource({
  noun: { model: Airport, policy: airportPolicy },
  label: { one: 'Airport', many: 'Airports' },
  group: 'Catalog',
  icon: 'Navigation',
  title: { fields: ['code'], of: (row) => String(row.code) },
  columns: {
    code: text('Code'),
    name: text('Name'),
    terminals: list('Terminals'),
    address: made(
      'Address for the driver',
      ['line1', 'city', 'state', 'zip'],
      (row) => ({
        text: `${String(row.line1)}, ${String(row.city)}, ${String(row.state)} ${String(row.zip)}`,
      }),
      (of) => `concat(${of('line1')}, ', ', ${of('city')}, ', ', ${of('state')}, ' ', ${of('zip')})`,
    ),
    line1: text('Street'),
    city: text('City'),
    state: text('State'),
    zip: text('ZIP'),
    position: count('Place in the list'),
    active: yesNo('Offered'),
  },
  list: ['code', 'name', 'terminals', 'address', 'active'],
  sections: [{ title: 'Airport', columns: ['code', 'name', 'terminals', 'address', 'active', 'position'] }],
  filters: ['active'],
  search: ['code', 'name'],
  searchWords: 'Code or name',
  sort: { by: 'position', direction: 'asc' },
  form: z.strictObject({
    code: z
      .string()
      .trim()
      .toUpperCase()
      .refine(...field.inForm(/^[A-Z]{3}$/, 'Use the three letters of the airport, like JFK.'))
      .meta({ label: 'Code', kind: 'line', maximumLength: 3 }),
    name: field.line('Name'),
    terminals: field.list('Terminals', 'One a line.').min(1),
    line1: field.line('Street', 200),
    city: field.line('City'),
    state: z
      .string()
      .trim()
      .toUpperCase()
      .refine(...field.inForm(/^[A-Z]{2}$/, 'Use the two letters of the state, like NY.'))
      .meta({ label: 'State', kind: 'line', maximumLength: 2 }),
    zip: z
      .string()
      .trim()
      .refine(...field.inForm(/^\d{5}(-\d{4})?$/, 'Use a ZIP like 11430.'))
      .meta({ label: 'ZIP', kind: 'line', maximumLength: 10 }),
    position: field.count('Place in the list', 0, 'Smaller comes first.').default(0),
    active: field.yesNo('Offered').default(true),
  }),
  blocks: async (ctx, row) => [await recordHistory(ctx, 'airport', String(row.id))],
  empty: 'No airport yet.',
});
