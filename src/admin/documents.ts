import express, { type Router } from 'express';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { Refusal } from '../errors.ts';
import { completeUpload } from '../resources/documents/complete-upload.ts';
import { openDocument } from '../resources/documents/open-document.ts';
import { requestUpload } from '../resources/documents/request-upload.ts';

/**
 * The panel's files, at `/admin/api/documents`: a form to upload one by, its completion, an address to see it at. All by POST:
 * looking leaves a row in the log, so no browser looks ahead of its person.
 */
export function documentRoutes(): Router {
  const router = express.Router();
  router.post('/', async (request, response) => {
    const { bookingId, ...asked } = fieldsOf(request.body);
    if (!z.uuid().safeParse(bookingId).success) throw new Refusal('not_found');
    const ctx = response.locals.ctx as Context;
    const { document, upload } = await atOnce(() =>
      requestUpload(ctx, { bookingId: String(bookingId), request: asked }),
    );
    response.status(201).json({ id: document.id, upload });
  });
  router.post('/:id/complete', async (request, response) => {
    const { id } = await completeUpload(response.locals.ctx as Context, String(request.params.id));
    response.json({ id });
  });
  router.post('/:id/open', async (request, response) => {
    const disposition = fieldsOf(request.body).disposition === 'attachment' ? 'attachment' : 'inline';
    const opened = await openDocument(response.locals.ctx as Context, {
      documentId: String(request.params.id),
      disposition,
    });
    response.json({ url: opened.url });
  });
  return router;
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null ? Object.fromEntries(Object.entries(body)) : {};
}

/** There are no fields on the screen to tell a refusal at: it is told in one sentence. */
async function atOnce<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Refusal) || !error.facts.violations) throw error;
    const detail = error.facts.violations.map(({ message }) => message).join(' ');
    throw new Refusal(error.code, { ...error.facts, detail, cause: error });
  }
}
