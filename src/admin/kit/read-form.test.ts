import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  choice,
  count,
  fieldsOf,
  hiddenWhen,
  line,
  optional,
  quantities,
  section,
  shownWhen,
} from './fields.ts';
import { readForm } from './read-form.ts';

const form = z.strictObject({
  ...section('What', {
    kind: choice('Kind', { flight: 'Flight', boxes: 'Boxes' }),
    way: shownWhen('kind', ['flight'], choice('Way', { to: 'To', from: 'From' })),
    boxes: shownWhen('kind', ['boxes'], count('Boxes')),
    things: shownWhen('kind', ['boxes'], optional(quantities('Things', { crib: 'Crib', bike: 'Bike' }, 9))),
  }),
  street: hiddenWhen('way', ['from'], line('Street')),
});

const errors = (input: Record<string, unknown>) => {
  const read = readForm(form, input);
  return read.ok ? [] : read.violations.map(({ path, code }) => `${path} ${code}`);
};

describe('fields that depend on another', () => {
  it('are told to the screen with their rule and heading', () => {
    expect(fieldsOf(form).find(({ name }) => name === 'way')).toMatchObject({
      section: 'What',
      required: true,
      shownWhen: { field: 'kind', values: ['flight'] },
    });
    expect(fieldsOf(form).find(({ name }) => name === 'street')?.shownWhen).toEqual({
      field: 'way',
      values: ['from'],
      not: true,
    });
  });

  it('are required only where they are shown', () => {
    expect(errors({ kind: 'boxes', street: 'Main' })).toEqual(['boxes required']);
    expect(errors({ kind: 'flight', street: 'Main' })).toEqual(['way required']);
    expect(errors({ kind: 'flight', way: 'to' })).toEqual(['street required']);
    expect(errors({ kind: 'flight', way: 'from' })).toEqual([]);
  });

  it('are not read where they are hidden, and one that depends on a hidden field sees it empty', () => {
    const read = readForm(form, { kind: 'boxes', boxes: '2', way: 'from', street: 'Main' });
    expect(read).toEqual({ ok: true, values: { kind: 'boxes', boxes: 2, things: null, street: 'Main' } });
  });

  it('do not let in what is no field', () => {
    expect(errors({ kind: 'flight', way: 'from', price: 1 })).toEqual(['price unknown_field']);
  });
});

describe('quantities', () => {
  const things = (value: unknown) => {
    const read = readForm(form, { kind: 'boxes', boxes: 1, street: 'Main', things: value });
    return read.ok ? read.values.things : read.violations.map(({ path, code }) => `${path} ${code}`);
  };

  it('are what there is some of, typed or as figures', () => {
    expect(things({ crib: '2', bike: '' })).toEqual({ crib: 2 });
    expect(things({ crib: 0, bike: 9 })).toEqual({ bike: 9 });
    expect(things({ crib: '' })).toBe(null);
    expect(things('')).toBe(null);
  });

  it.each([
    [{ crib: 'two' }],
    [{ crib: 10 }],
    [{ crib: -1 }],
    [{ crib: 1.5 }],
    [{ piano: 1 }],
    [[1]],
    ['crib'],
  ])('refuse %j at their field', (value) => {
    expect(things(value)).toEqual([expect.stringMatching(/^things /)]);
  });
});
