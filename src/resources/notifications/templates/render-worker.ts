import { parentPort } from 'node:worker_threads';
import type { RenderAnswer, RenderTask } from './render-apart.ts';
import { checkTemplate, renderTemplate } from './render-template.ts';
import { TemplateProblem } from './template-problem.ts';

/** The thread that staff's templates are read in (`render-apart.ts`): it may be killed at any moment, and keeps nothing. */

// Gmail cuts a mail at 102 kB. Also what the thread that sends it has to go through.
const MOST_HTML = 100_000;
const MOST_TEXT = 50_000;

function answerTo({ kind, template, variables }: RenderTask): RenderAnswer {
  try {
    if (kind === 'check') return { problems: checkTemplate(template, variables) };
    const mail = renderTemplate(template, variables);
    if (mail.html.length > MOST_HTML)
      throw new TemplateProblem('html', 'The mail is larger than 100 kB: mail programs cut it. Shorten it.');
    if (mail.text.length > MOST_TEXT)
      throw new TemplateProblem('text', 'The text is longer than 50 kB. Shorten it.');
    return { mail };
  } catch (error) {
    if (error instanceof TemplateProblem) return { problem: { path: error.path, message: error.message } };
    return { broken: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (task: RenderTask) => parentPort?.postMessage(answerTo(task)));
parentPort?.postMessage('ready');
