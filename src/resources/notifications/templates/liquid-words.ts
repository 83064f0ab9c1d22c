type Saying = readonly [pattern: RegExp, words: (found: string) => string];

const sayings: readonly Saying[] = [
  [/^undefined variable: (.+)$/s, (name) => `There is no variable named "${name}".`],
  [/^undefined filter: (.+)$/s, (name) => `There is no filter named "${name}".`],
  [/^tag "?(.+?)"? not found$/s, (name) => `The tag {% ${name} %} is not allowed.`],
  [/^(?:tag|output) "?(.+?)"? not closed$/s, (source) => `${source} is not closed.`],
  [/(limit) exceeded/, () => 'It grows too large or takes too long. Take loops out, or make it shorter.'],
];

/** An error of liquidjs, for the staff who wrote the template: `There is no variable named "nmae". (line 3)`. */
export function liquidWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, said = message, line] = /^(.*), line:(\d+), col:\d+$/s.exec(message) ?? [];
  const place = line === undefined ? '' : ` (line ${line})`;
  for (const [pattern, words] of sayings) {
    const found = pattern.exec(said)?.[1];
    if (found !== undefined) return words(found.slice(0, 80)) + place;
  }
  return `This cannot be read: ${said.slice(0, 160)}${place}`;
}
