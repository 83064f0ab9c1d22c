import type { Context } from '../../src/context.ts';

export async function seedDemo(_ctx: Context): Promise<void> {}
