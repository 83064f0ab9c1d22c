/** Stands in for a part of AdminJS that our pages bring themselves. */
export default function Nothing() {
  return null;
}
