import type { RequestHandler } from 'express';
import type { Context } from '../context.ts';
import { openProof } from '../resources/logistics/open-proof.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `GET /admin/api/proof/{task}/{picture}`: a photo or signature through us, so that no browser asks Onfleet. */
export const proofRoute: RequestHandler = async (request, response, next) => {
  const taskId = String(request.params.task);
  if (!UUID.test(taskId)) return next();
  const picture = String(request.params.picture);
  const { contentType, bytes } = await openProof(response.locals.ctx as Context, { taskId, picture });
  response
    .type(contentType)
    .setHeader('Content-Disposition', 'inline')
    .setHeader('Cache-Control', 'no-store')
    .setHeader('X-Content-Type-Options', 'nosniff');
  response.send(bytes);
};
