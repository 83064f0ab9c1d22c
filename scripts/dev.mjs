// Runs the application and starts it again, built anew, whenever a source changes. Arguments are handed on.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const QUIET_MS = 200;

let child = null;
let timer;
let ending = false;

function start() {
  child = spawn(process.execPath, [join(root, 'scripts/run.mjs'), 'main', ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  child.on('exit', (code) => {
    child = null;
    if (ending) process.exit(code ?? 0);
    if (code && !restarting) process.stderr.write('Waiting for a change.\n');
  });
}

let restarting = false;

function restart() {
  if (!child) return start();
  if (restarting) return;
  restarting = true;
  child.once('exit', () => {
    restarting = false;
    start();
  });
  child.kill('SIGTERM');
}

for (const folder of ['src', 'migrations', 'seeders']) {
  watch(join(root, folder), { recursive: true }, (_event, name) => {
    if (!name || name.endsWith('.test.ts') || name.endsWith('~')) return;
    clearTimeout(timer);
    timer = setTimeout(restart, QUIET_MS);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    ending = true;
    if (!child) process.exit(0);
    // Ctrl-C reaches the application by itself.
    if (signal === 'SIGTERM') child.kill(signal);
  });
}
start();
