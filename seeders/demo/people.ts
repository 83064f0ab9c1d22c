/** People and places that do not exist, for the demo bookings. Numbers of 555-01xx and example.com belong to nobody. */

const firstNames = [
  'Maya',
  'Owen',
  'Priya',
  'Lucas',
  'Hannah',
  'Diego',
  'Aiko',
  'Samuel',
  'Nora',
  'Elif',
  'Theo',
  'Ingrid',
];
const lastNames = [
  'Brooks',
  'Castellano',
  'Desai',
  'Eriksen',
  'Feldman',
  'Garcia',
  'Hirano',
  'Iversen',
  'Jansen',
];

const cityPlaces = [
  { line1: '240 West 24th Street', line2: 'Apt 5B', city: 'New York', state: 'NY', zip: '10011' },
  { line1: '88 Franklin Street', line2: 'Floor 3', city: 'New York', state: 'NY', zip: '10013' },
  { line1: '15 East 72nd Street', line2: '', city: 'New York', state: 'NY', zip: '10021' },
  { line1: '301 West 88th Street', line2: 'Apt 12', city: 'New York', state: 'NY', zip: '10024' },
  { line1: '60 Montague Street', line2: '', city: 'Brooklyn', state: 'NY', zip: '11201' },
  { line1: '172 Bedford Avenue', line2: 'Apt 2', city: 'Brooklyn', state: 'NY', zip: '11211' },
];
const farPlaces = [
  { line1: '19 Ocean Avenue', line2: '', city: 'East Hampton', state: 'NY', zip: '11937' },
  { line1: '7 Gin Lane', line2: '', city: 'Southampton', state: 'NY', zip: '11968' },
  { line1: '42 Main Street', line2: '', city: 'Amagansett', state: 'NY', zip: '11930' },
  { line1: '5 Field Point Road', line2: '', city: 'Greenwich', state: 'CT', zip: '06830' },
];

/** The same contact for the same number, always. Some numbers share one, who has then booked before. */
export function personOf(number: number) {
  const who = number % 31;
  const firstName = pick(firstNames, who);
  const lastName = pick(lastNames, who * 2);
  const email = `${firstName}.${lastName}@example.com`.toLowerCase();
  return { firstName, lastName, email, phone: `212555${String(100 + who).padStart(4, '0')}` };
}

export function placesOf(number: number) {
  const pickup = pick(cityPlaces, number);
  const delivery = number % 3 === 0 ? pick(cityPlaces, number + 1) : pick(farPlaces, number);
  return { pickup, delivery };
}

function pick<T>(from: readonly T[], number: number): T {
  return from[number % from.length] as T;
}
