import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import type { Paper } from '../resources/payments/papers/paper.ts';
import { setPaper } from '../resources/payments/papers/set-paper.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `GET /admin/papers/{kind}/{id}.pdf`: a paper to hand on, made when it is asked for. */
export function paperRoute(
  name: string,
  write: (ctx: Context, id: string) => Promise<Paper>,
): RequestHandler {
  return async (request, response, next) => {
    const id = String(request.params.id);
    if (!UUID.test(id)) return next();
    const paper = await write(response.locals.ctx as Context, id);
    response
      .type('application/pdf')
      .setHeader('Content-Disposition', `attachment; filename="${name}-${paper.number}.pdf"`)
      .setHeader('Cache-Control', 'no-store');
    response.send(await setPaper(paper));
  };
}
