import type { Context } from '../../context.ts';

/**
 * A place where a crash would hurt most. In local mode `CRASH_AT=<name>` makes this process kill itself there, so that
 * the crash proofs hit it every time instead of by luck; elsewhere it does nothing.
 */
export function crashPoint(ctx: Pick<Context, 'config'>, name: string): void {
  if (ctx.config.crashAt === name) process.kill(process.pid, 'SIGKILL');
}
