/** A value as source text that can be pasted into `kept.test.ts`; long runs of a character become `repeat`. */
export function asSource(value: unknown): string {
  if (typeof value === 'string') return textSource(value);
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(asSource).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `${/^[a-z_]\w*$/i.test(name) ? name : JSON.stringify(name)}: ${asSource(inner)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function textSource(text: string): string {
  const parts = text
    .split(/((.)\2{39,})/su)
    .filter((_, index) => index % 3 !== 2)
    .filter((part) => part !== '')
    .map((part) => {
      const characters = Array.from(part);
      const isRun = characters.length >= 40 && new Set(characters).size === 1;
      return isRun ? `${JSON.stringify(characters[0])}.repeat(${characters.length})` : JSON.stringify(part);
    });
  return parts.length === 0 ? "''" : parts.join(' + ');
}
