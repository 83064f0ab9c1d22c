import { inspect, parseArgs } from 'node:util';
import { realNow } from './clock.ts';
import { type Config, ConfigurationError, loadConfig, type Role } from './config.ts';
import { createLogger } from './logger.ts';
import { type Application, startApplication } from './start.ts';

/** `npm start [-- --role web|worker|all]`: starts the parts of a role and stops them in order on SIGTERM or Ctrl-C. */

const IMPATIENT_MS = 1_000;
const roles: readonly string[] = ['web', 'worker', 'all'] satisfies Role[];

function readRole(): Role {
  const { values } = parseArgs({ options: { role: { type: 'string', default: 'all' } } });
  if (!roles.includes(values.role)) throw new ConfigurationError([`--role is one of ${roles.join(', ')}`]);
  return values.role as Role;
}

async function main(): Promise<void> {
  const role = readRole();
  const config = loadConfig();
  const log = createLogger(config);
  if (config.mode === 'production' && config.redisUrl === null) {
    log.warn({}, 'REDIS_URL is not set: sessions, jobs and limits live in PostgreSQL');
  }
  const application = await startApplication(config, role, log);
  let stoppingSince: number | null = null;
  const stop = (signal: string): void => {
    // Ctrl-C comes twice when npm hands it on; a person's second one is later.
    if (stoppingSince !== null && realNow().getTime() - stoppingSince < IMPATIENT_MS) return;
    if (stoppingSince !== null) process.exit(1);
    stoppingSince = realNow().getTime();
    log.info({ signal }, 'stopping');
    application.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  if (config.mode === 'local') process.stdout.write(welcome(config, application, role));
  else log.info({ role, address: application.address }, 'started');
}

function welcome(config: Config, { address, standIns, ctx }: Application, role: Role): string {
  const lines: [string, string][] = [];
  if (address !== null) {
    const here = address.replace('127.0.0.1', 'localhost');
    if (config.panel) lines.push(['Staff panel', `${here}/admin`]);
    lines.push(['Booking API', `${here}/api/v1`], ['Its documentation', `${here}/api/docs`]);
  }
  for (const [name, url] of Object.entries(standIns)) {
    if (url !== null) lines.push([`Stand-in for ${name.charAt(0).toUpperCase()}${name.slice(1)}`, url]);
  }
  lines.push(['Data', config.dataDirectory]);
  if (config.seed !== 'none') {
    lines.push(
      ['Demo logins', 'admin@totetaxi.test, manager@totetaxi.test,'],
      ['', 'staff@totetaxi.test, viewer@totetaxi.test'],
      ['Their password', ctx.config.demoPassword],
    );
  }
  const width = Math.max(...lines.map(([name]) => name.length));
  const body = lines.map(([name, value]) => `  ${name.padEnd(width)}   ${value}\n`).join('');
  return `\nToteTaxi is running${role === 'all' ? '' : ` (${role})`}. Ctrl-C stops it.\n\n${body}\n`;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof ConfigurationError ? error.message : inspect(error)}\n`);
  process.exit(1);
}
