// Holds what must stand in one place to that place: the environment, the clock, rounding, a booking's status.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const rules = [
  { words: /process\.env\b/, home: /^src\/config\.ts$/, why: 'The environment is read by config.ts alone.' },
  {
    words: /\bnew Date\(|\bDate\.(now|parse)\(/,
    home: /^src\/clock\.ts$|^src\/local\/stripe\/ids\.ts$/,
    why: 'Time is asked of clock.ts alone.',
  },
  {
    words: /\bMath\.(round|ceil|trunc)\(|\.toFixed\(|[cC]ents\b[^'"`\n]*\/ 100\b/,
    home: /^src\/(pricing\/money|api\/error-door|admin\/front)\.ts$|^src\/local\//,
    why: 'Money is rounded and formatted by pricing/money.ts alone.',
  },
  {
    words:
      /update bookings set[^`]*\bstatus\s*=|\bbooking\.update\(\s*\{[^}]*\bstatus\s*:|\bbooking\.status\s*=[^=]/,
    home: /^src\/resources\/_kit\/move-to\.ts$/,
    why: 'A booking moves by moveTo alone.',
  },
  {
    words: /from '\.\.\//,
    within: /^src\/admin\/components\//,
    why: 'What is bundled for browsers imports only its own folder.',
  },
];

const files = ['src', 'seeders'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name))),
);

let found = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const { words, home, within, why } of rules) {
    if (home?.test(file) || within?.test(file) === false) continue;
    for (const match of text.matchAll(new RegExp(words, `g${words.flags}`))) {
      const line = text.slice(0, match.index).split('\n').length;
      process.stderr.write(`${file}:${line}: ${match[0].split('\n')[0]}  ${why}\n`);
      found += 1;
    }
  }
}
process.exitCode = found > 0 ? 1 : 0;
