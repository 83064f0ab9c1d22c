/** When bags are picked up for a flight (`rules.md` §8, `api.md`). Wall-clock times of the business zone, as text. */

const MINUTES_AHEAD = 3 * 60;

interface Flight {
  readonly direction: 'to_airport' | 'from_airport';
  readonly flightDate: string;
  readonly flightTime?: string | undefined;
}

interface FlightViolation {
  readonly field: 'flightDate' | 'flightTime';
  readonly code: string;
  readonly message: string;
}

/** Ready time of bags to the airport: 05:00 for flights before 13:00, else 10:00; none from the airport. */
export function readyTime(flight: Flight): '05:00' | '10:00' | null {
  if (flight.direction === 'from_airport' || flight.flightTime === undefined) return null;
  return flight.flightTime < '13:00' ? '05:00' : '10:00';
}

/** What is wrong with a flight for this pickup day, or `null`. */
export function flightViolation(pickupDate: string, flight: Flight): FlightViolation | null {
  if (flight.direction === 'from_airport') {
    if (flight.flightDate === pickupDate) return null;
    return {
      field: 'flightDate',
      code: 'flight_date_mismatch',
      message: 'From the airport, pickup is on the day of the flight.',
    };
  }
  const days = dayNumber(flight.flightDate) - dayNumber(pickupDate);
  if (days !== 0 && days !== 1) {
    return {
      field: 'flightDate',
      code: 'flight_date_mismatch',
      message: 'To the airport, the flight is on the pickup day or the next.',
    };
  }
  const ready = readyTime(flight);
  if (ready === null || flight.flightTime === undefined) return null;
  if (days * 24 * 60 + minuteOfDay(flight.flightTime) - minuteOfDay(ready) >= MINUTES_AHEAD) return null;
  return {
    field: 'flightTime',
    code: 'too_late_for_flight',
    message: `Bags are picked up from ${ready}; that is less than 3 hours before this flight. Choose the day before.`,
  };
}

/** Days since an arbitrary epoch of a valid `YYYY-MM-DD`. */
export function dayNumber(day: string): number {
  return (
    Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) / 86_400_000
  );
}

function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
