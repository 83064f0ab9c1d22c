/** What the switches of all stand-ins have in common; a number counts down with use. */
interface Switches {
  /** Only calls that hold this text misbehave. */
  readonly match: string;
}

type Countdown<Faults> = { [Name in keyof Faults]: Faults[Name] extends number ? Name : never }[keyof Faults];

/** Sets what is named; what it does not know is left. */
export function setFaults(faults: Switches, given: object): void {
  for (const [name, value] of Object.entries(given)) {
    if (Object.hasOwn(faults, name) && typeof value === typeof Reflect.get(faults, name)) {
      Reflect.set(faults, name, value);
    }
  }
}

/** Whether a fault strikes this call; it is used up by one. */
export function strikes<Faults extends Switches>(
  faults: Faults,
  name: Countdown<Faults> & string,
  call: string,
): boolean {
  const left = Number(Reflect.get(faults, name));
  if (left <= 0 || !call.includes(faults.match)) return false;
  Reflect.set(faults, name, left - 1);
  return true;
}
