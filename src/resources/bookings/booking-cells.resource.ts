import {
  type Cell,
  choice,
  instant,
  longText,
  made,
  money,
  type Row,
  reference,
  serviceDay,
  text,
  yesNo,
} from '../../admin/kit/columns.ts';
import { type FieldSql, harmlessSql, literal, moneySql, usdSql, wordsSql } from '../../admin/kit/csv-sql.ts';
import type { ResourceDefinition } from '../../admin/kit/define-resource.ts';
import { email, phone } from '../../admin/kit/reach.ts';
import { recordPath } from '../../admin/kit/read-rows.ts';
import {
  bookingCoiTones,
  bookingCoiWords,
  bookingStatusTones,
  bookingStatusWords,
  windowWords,
} from '../../admin/kit/words.ts';
import { formatServiceDay, type ServiceDay } from '../../clock.ts';
import { cents, formatUsd } from '../../pricing/money.ts';
import type { AddressSnapshot, Basket } from './basket.ts';
import type { BookingStatus } from './booking.states.ts';
import { fieldColumns } from './booking-fields.resource.ts';
import { serviceWords } from './service-words.ts';

/** What people read of a booking, cell by cell: on the screen, and the same in SQL for exports. */

export const customerCell = (row: Row): Cell | null => {
  const name = [row.contactFirstName, row.contactLastName].filter(Boolean).join(' ');
  if (name === '') return null;
  return {
    text: name,
    ...(typeof row.customerId === 'string' && { href: recordPath('customers', row.customerId) }),
  };
};

export const whenCell = (row: Row): Cell => ({
  text: formatServiceDay(row.pickupDate as ServiceDay),
  hint: windowWords(row.pickupWindow, row.pickupHour),
});

/** `New York 10001 → East Hampton 11937`; without addresses, the ZIPs. */
export const routeCell = (row: Row): Cell => {
  const airport = (row.basket as Basket).airportTransfer;
  const end = (address: unknown, zip: unknown, isAirport: boolean): string => {
    if (isAirport && airport) return airport.airport;
    const city = (address as AddressSnapshot | null | undefined)?.city;
    return [city, typeof zip === 'string' ? zip.slice(0, 5) : null].filter(Boolean).join(' ') || '…';
  };
  const from = end(row.pickupAddress, row.pickupZip, airport?.direction === 'from_airport');
  return {
    text: `${from} → ${end(row.deliveryAddress, row.deliveryZip, airport?.direction === 'to_airport')}`,
  };
};

const sums = ['totalCents', 'creditsCents', 'capturedCents', 'refundedCents', 'lostDisputeCents'];
/** What of the customer's money is with us, in cents. */
export const held = (row: Row) =>
  Number(row.capturedCents) - Number(row.refundedCents) - Number(row.lostDisputeCents);
/** What is still to be paid, in cents; negative when too much was. */
export const due = (row: Row) => Number(row.totalCents) - Number(row.creditsCents) - held(row);
const owing: readonly BookingStatus[] = ['pending_payment', 'confirmed', 'in_progress', 'completed'];

export const paidCell = (row: Row): Cell => {
  if (held(row) > 0 && due(row) > 0) {
    return {
      text: `${formatUsd(cents(held(row)))} of ${formatUsd(cents(Number(row.totalCents)))}`,
      tone: 'warn',
    };
  }
  const gone = Number(row.refundedCents) + Number(row.lostDisputeCents);
  const hint = `${formatUsd(cents(gone))} back, ${formatUsd(cents(held(row)))} left`;
  if (held(row) > 0) return { text: 'Paid', tone: 'good', ...(gone > 0 && { hint }) };
  if (Number(row.refundedCents) > 0) return { text: 'Refunded', tone: 'quiet' };
  if (Number(row.lostDisputeCents) > 0) return { text: 'Disputed', tone: 'bad' };
  if (due(row) <= 0 && owing.includes(row.status as BookingStatus))
    return { text: 'Nothing due', tone: 'quiet' };
  return owing.includes(row.status as BookingStatus)
    ? { text: 'Unpaid', tone: 'warn' }
    : { text: '—', tone: 'quiet' };
};

const addressCell =
  (field: 'pickupAddress' | 'deliveryAddress') =>
  (row: Row): Cell | null => {
    const address = row[field] as AddressSnapshot | null;
    if (!address) return null;
    const street = [address.line1, address.line2].filter(Boolean).join(', ');
    const city = `${address.city}, ${address.state} ${address.zip}`;
    return { text: `${street}\n${city}`, ...(address.notes !== '' && { hint: address.notes }) };
  };

const serviceCell = (_value: unknown, row: Row): Cell => {
  const { miniMove } = row.basket as Basket;
  const words = serviceWords[row.service as keyof typeof serviceWords];
  if (!miniMove) return { text: words };
  const name = miniMove.package.charAt(0).toUpperCase() + miniMove.package.slice(1);
  return { text: `${words}, ${name.replace(/_/g, ' ')}` };
};

const heldSql = (of: FieldSql) =>
  `(${of('capturedCents')} - ${of('refundedCents')} - ${of('lostDisputeCents')})`;
const dueSql = (of: FieldSql) => `(${of('totalCents')} - ${of('creditsCents')} - ${heldSql(of)})`;
const endSql = (of: FieldSql, end: 'pickup' | 'delivery', way: string) =>
  `case when ${of('basket')} #>> '{airportTransfer,direction}' = '${way}' then ${of('basket')} #>> '{airportTransfer,airport}'
    else coalesce(nullif(concat_ws(' ', (${of(`${end}Address`)})::jsonb ->> 'city', left(${of(`${end}Zip`)}, 5)), ''), '…') end`;

/** The same cells in SQL. */
const csv = {
  service: (of: FieldSql) => {
    const code = `replace(${of('basket')} #>> '{miniMove,package}', '_', ' ')`;
    return `${wordsSql(of('service'), serviceWords)} || coalesce(', ' || upper(left(${code}, 1)) || substr(${code}, 2), '')`;
  },
  when: (of: FieldSql) =>
    `${of('pickupDate')} || case ${of('pickupWindow')} when 'morning' then ' ${windowWords('morning', null)}'
      when 'specific_hour' then ' at ' || ${of('pickupHour')} || ' am' else ' ${windowWords('flexible', null)}' end`,
  route: (of: FieldSql) =>
    `${endSql(of, 'pickup', 'from_airport')} || ' → ' || ${endSql(of, 'delivery', 'to_airport')}`,
  address: (field: 'pickupAddress' | 'deliveryAddress') => (of: FieldSql) => {
    const part = (name: string) => `(${of(field)} ->> '${name}')`;
    return `concat_ws(', ', ${harmlessSql(part('line1'))}, nullif(${part('line2')}, ''), ${part('city')}, ${part('state')} || ' ' || ${part('zip')})`;
  },
  paid: (of: FieldSql) => `case
    when ${heldSql(of)} > 0 and ${dueSql(of)} > 0 then ${usdSql(heldSql(of))} || ' of ' || ${usdSql(of('totalCents'))}
    when ${heldSql(of)} > 0 then 'Paid' when ${of('refundedCents')} > 0 then 'Refunded'
    when ${of('lostDisputeCents')} > 0 then 'Disputed'
    when ${of('status')} not in (${owing.map(literal).join(', ')}) then '—'
    when ${dueSql(of)} <= 0 then 'Nothing due' else 'Unpaid' end`,
  left: (of: FieldSql) => moneySql(heldSql(of)),
  due: (of: FieldSql) => moneySql(`greatest(0, ${dueSql(of)})`),
};

export const columns: ResourceDefinition['columns'] = {
  ...fieldColumns,
  number: text('Number'),
  status: choice('Status', bookingStatusWords, bookingStatusTones),
  customer: made(
    'Customer',
    ['contactFirstName', 'contactLastName'],
    customerCell,
    (of) => `concat_ws(' ', ${of('contactFirstName')}, ${of('contactLastName')})`,
    { sortBy: 'contactLastName' },
  ),
  contactFirstName: text('First name'),
  contactLastName: text('Last name'),
  contactEmail: email(),
  contactPhone: phone(),
  service: { ...choice('Service', serviceWords), cell: serviceCell, csv: csv.service, isHarmless: true },
  pickupDate: serviceDay('Service day'),
  when: made('Day and window', ['pickupDate', 'pickupWindow', 'pickupHour'], whenCell, csv.when, {
    sortBy: 'pickupDate',
    isHarmless: true,
  }),
  route: made('From → to', ['pickupZip', 'deliveryZip', 'basket'], routeCell, csv.route),
  pickup: made('Pickup', ['pickupAddress'], addressCell('pickupAddress'), csv.address('pickupAddress'), {
    isHarmless: true,
  }),
  delivery: made(
    'Delivery',
    ['deliveryAddress'],
    addressCell('deliveryAddress'),
    csv.address('deliveryAddress'),
    { isHarmless: true },
  ),
  totalCents: money('Total'),
  paid: made('Paid', ['status', ...sums], paidCell, csv.paid, { isHarmless: true }),
  creditsCents: money('Credits'),
  capturedCents: money('Received'),
  refundedCents: money('Refunded'),
  left: made('Left with us', sums, (row) => ({ text: formatUsd(cents(held(row))) }), csv.left, {
    isHarmless: true,
  }),
  due: made('Still due', sums, (row) => ({ text: formatUsd(cents(Math.max(0, due(row)))) }), csv.due, {
    isHarmless: true,
  }),
  coiRequired: yesNo('Certificate needed'),
  coiStatus: choice('Certificate (COI)', bookingCoiWords, bookingCoiTones),
  sameDay: yesNo('Same-day fee'),
  cutOffOverrideReason: longText('Cut-off passed because'),
  instructions: longText('Instructions'),
  notes: longText('Office notes'),
  discountCode: text('Discount code'),
  van: { ...text('Van'), sortable: false },
  source: choice('Came by', { web: 'The website', staff: 'The phone' }),
  isTest: yesNo('Test booking'),
  marketingOptIn: yesNo('Wants our news'),
  customerId: reference('Customer', 'customers'),
  priceLockedUntil: instant('Price held until'),
  holdExpiresAt: instant('Day held until'),
  cancelReason: longText('Why cancelled'),
  confirmedAt: instant('Confirmed'),
  cancelledAt: instant('Cancelled'),
  archivedAt: instant('Archived'),
  createdAt: instant('Made'),
  updatedAt: instant('Changed'),
};
