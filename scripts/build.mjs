// Builds src, migrations and seeders into dist, only when something changed. A build that is killed leaves the old one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const sources = ['src', 'migrations', 'seeders'];
const settings = ['package.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Brings dist up to date. Without sources or a compiler (an image for production) dist is taken as it is. */
export function build() {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(join(root, 'src')) || !existsSync(compiler)) {
    if (existsSync(join(dist, 'src'))) return;
    throw new Error('There is nothing built and nothing to build with. Run npm ci first.');
  }
  const files = sources.flatMap((folder) => filesUnder(join(root, folder)));
  const stamp = fingerprint([...files, ...settings.map((name) => join(root, name))]);
  const isCurrent = () =>
    existsSync(join(dist, '.stamp')) && readFileSync(join(dist, '.stamp'), 'utf8') === stamp;
  if (isCurrent()) return;
  const release = takeTurn();
  try {
    if (!isCurrent()) compile(compiler, files, stamp);
  } finally {
    release();
  }
}

function compile(compiler, files, stamp) {
  const fresh = join(root, `dist.${process.pid}.tmp`);
  try {
    const tsc = spawnSync(
      process.execPath,
      [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', fresh],
      {
        stdio: ['ignore', 2, 2],
      },
    );
    if (tsc.status !== 0) throw new Error('The build failed; see above.');
    for (const file of files.filter(isCopied)) {
      const target = join(fresh, relative(root, file));
      mkdirSync(dirname(target), { recursive: true });
      cpSync(file, target);
    }
    bundlePanel(fresh);
    writeFileSync(join(fresh, '.stamp'), stamp);
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** What the compiler leaves alone: data, styles, and the components, which the bundler reads. */
function isCopied(file) {
  return extname(file) !== '.ts' || file.startsWith(join(root, 'src/admin/components/'));
}

/** The panel's components for browsers, so that a running process only serves files. */
function bundlePanel(fresh) {
  const bundler = spawnSync(process.execPath, [join(fresh, 'src/admin/bundle.js')], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', ADMIN_JS_TMP_DIR: join(fresh, 'panel') },
    stdio: ['ignore', 'ignore', 2],
  });
  if (bundler.status !== 0) throw new Error('The panel could not be bundled; see above.');
}

/** Of processes that start at once one builds and the others wait for it. A dead one's lock counts for nothing. */
function takeTurn() {
  const lock = join(root, 'dist.lock');
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      return () => rmSync(lock, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(lock)) rmSync(lock, { force: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

function isAbandoned(lock) {
  try {
    process.kill(Number(readFileSync(lock, 'utf8')), 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function fingerprint(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build();
