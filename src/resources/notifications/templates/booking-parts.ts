/** Offered to every mail about a booking, whether its default words use them or not. */
export const bookingVariables = {
  firstName: { label: "Customer's first name", sample: 'Maya' },
  bookingNumber: { label: 'Booking number', sample: 'TT-000123' },
  serviceName: { label: 'Service', sample: 'Mini move' },
  day: { label: 'Service day', sample: 'Wed 12 May 2027' },
  window: { label: 'Pickup window', sample: '8–11 am' },
  pickupAddress: { label: 'Pickup address', sample: '215 W 88th St, Apt 7C, New York, NY 10024' },
  deliveryAddress: { label: 'Delivery address', sample: '48 Dune Rd, East Hampton, NY 11937' },
  total: { label: 'Total of the booking', sample: '$995.00' },
  amountDue: { label: "Still to pay, '' when nothing is", sample: '$495.00' },
  bookingUrl: { label: 'Link to the booking', sample: 'https://totetaxi.example/bookings/TT-000123' },
} as const;

/** Which booking, when, from where to where: rows of `<table class="facts">`. */
export const bookingRows = `<tr><th>Booking</th><td>{{ bookingNumber }} · {{ serviceName }}</td></tr>
<tr><th>Day</th><td class="strong">{{ day }}, {{ window }}</td></tr>
<tr><th>From</th><td>{{ pickupAddress }}</td></tr>
<tr><th>To</th><td>{{ deliveryAddress }}</td></tr>`;

/** The same rows in plain text. */
export const bookingLines = `Booking: {{ bookingNumber }} · {{ serviceName }}
Day: {{ day }}, {{ window }}
From: {{ pickupAddress }}
To: {{ deliveryAddress }}`;

export const greeting = '<p>Hi {{ firstName }},</p>';

/** The one thing to press: a link to the booking's page. */
export const bookingButton = '<a class="button" href="{{ bookingUrl }}">See your booking</a>';
export const bookingLink = 'See your booking: {{ bookingUrl }}';
