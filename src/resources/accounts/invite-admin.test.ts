import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestWorld, type TestWorld } from '../../../test/support/context.ts';
import { select } from '../_kit/sql.ts';
import { inviteAdmin } from './invite-admin.ts';
import { setPasswordByLink } from './set-password.ts';
import { signIn } from './sign-in.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await openTestWorld();
});
afterAll(() => world.close());

const tokenOf = ({ link }: { link: string }) => link.split('/').at(-1) ?? '';

async function lastAudited(): Promise<unknown> {
  const [row] = await select(
    world.ctx,
    'select action, actor_name from audit_logs order by sequence desc limit 1',
  );
  return row;
}

describe('the first admin', () => {
  const password = 'four plain small words';

  it('is let in by a link, and again when locked out, as the same person', async () => {
    const who = { email: ' First@Company.test ', name: 'Fay First' };
    const token = tokenOf(await inviteAdmin(world.ctx, who));
    expect(await lastAudited()).toEqual({ action: 'staffUser.resetPassword', actor_name: 'test' });
    await setPasswordByLink(world.ctx, { token, password });
    const at = { email: 'first@company.test', password, clientAddress: '127.0.0.1' };
    const first = await signIn(world.ctx, at);
    expect(first).toMatchObject({ name: 'Fay First', role: 'admin' });

    const again = tokenOf(await inviteAdmin(world.ctx, who));
    await expect(signIn(world.ctx, at)).rejects.toMatchObject({ code: 'unauthenticated' });
    await setPasswordByLink(world.ctx, { token: again, password });
    expect((await signIn(world.ctx, at)).id).toBe(first.id);
  });

  it('asked for twice at once is one person with one link that works', async () => {
    const who = { email: 'twice@company.test', name: 'Two Wice' };
    const links = await Promise.allSettled([inviteAdmin(world.ctx, who), inviteAdmin(world.ctx, who)]);
    const refused = links.flatMap((link) => (link.status === 'rejected' ? [link.reason] : []));
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'invalid' })));
    expect(links.map(({ status }) => status)).toContain('fulfilled');
    const rows = await select(world.ctx, `select id from staff_users where email = 'twice@company.test'`);
    expect(rows).toHaveLength(1);
  });

  it.each([
    [
      { email: 'no mail', name: 'X' },
      { code: 'invalid', facts: { violations: [{ path: 'email' }] } },
    ],
    [
      { email: 'x@y.test', name: '<b>' },
      { code: 'invalid', facts: { violations: [{ path: 'name', message: 'A name has no < or >.' }] } },
    ],
    [{}, { code: 'invalid', facts: { violations: [{ path: 'email' }, { path: 'name' }] } }],
    [{ email: 'staff@totetaxi.test', name: 'Sam' }, { code: 'move_not_allowed' }],
  ])('%j is refused and nothing is kept', async (given, refusal) => {
    const count = () => select(world.ctx, 'select count(*) from staff_users');
    const before = await count();
    await expect(inviteAdmin(world.ctx, given)).rejects.toMatchObject(refusal);
    expect(await count()).toEqual(before);
  });
});
