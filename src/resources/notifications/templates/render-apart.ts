import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Refusal } from '../../../errors.ts';
import type { RenderedMail, TemplateSource } from './render-template.ts';
import { type TemplatePath, TemplateProblem } from './template-problem.ts';
import type { TemplateVariable } from './template-type.ts';

/**
 * What staff write is read and rendered on a thread of its own (ADR 19): with little memory, for at most a second, killed
 * when it takes more. Whatever a template does, requests and jobs of this process go on meanwhile.
 */

type Words = Readonly<Record<string, string>>;
type Samples = Readonly<Record<string, TemplateVariable>>;
interface Found {
  readonly path: TemplatePath;
  readonly message: string;
}

export type RenderTask =
  | { readonly kind: 'render'; readonly template: TemplateSource; readonly variables: Words }
  | { readonly kind: 'check'; readonly template: TemplateSource; readonly variables: Samples };

export type RenderAnswer =
  | { readonly mail: RenderedMail }
  | { readonly problems: readonly Found[] }
  | { readonly problem: Found }
  | { readonly broken: string };

/** `renderTemplate`, apart. Throws TemplateProblem, or `unavailable` when too many wait. */
export async function renderApart(template: TemplateSource, variables: Words): Promise<RenderedMail> {
  // What does not fit into the thread's memory at all ends the process, not the thread.
  if (Object.values(variables).join('').length > MOST_LETTERS) throw failed(tooMuch);
  const answer = await ask({ kind: 'render', template: partsOf(template), variables });
  if ('mail' in answer) return answer.mail;
  throw failed(answer);
}

/** `checkTemplate`, apart: what stands against sending it, in words for staff. Throws `unavailable` when too many wait. */
export async function checkApart(template: TemplateSource, samples: Samples): Promise<readonly Found[]> {
  const answer = await ask({ kind: 'check', template: partsOf(template), variables: samples });
  if ('problems' in answer) return answer.problems;
  if ('problem' in answer) return [answer.problem];
  throw failed(answer);
}

function partsOf({ subject, html, text, isTransactional }: TemplateSource): TemplateSource {
  return { subject, html, text, isTransactional };
}

function failed(answer: RenderAnswer): Error {
  if ('problem' in answer) return new TemplateProblem(answer.problem.path, answer.problem.message);
  return new Refusal('unavailable', { cause: new Error('broken' in answer ? answer.broken : 'no answer') });
}

const TASK_LIMIT_MS = 1_000;
const START_LIMIT_MS = 15_000;
const MOST_WAITING = 50;
/** Of all values together, many times what a mail may hold. */
const MOST_LETTERS = 1_000_000;
const memory = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 };
const tooMuch: RenderAnswer = {
  problem: {
    path: 'html',
    message: 'It grows too large or takes too long. Take loops out, or make it shorter.',
  },
};

interface Waiting {
  readonly task: RenderTask;
  readonly settle: (answer: RenderAnswer) => void;
}

const waiting: Waiting[] = [];
let current: Waiting | null = null;
let thread: Thread | null = null;

async function ask(task: RenderTask): Promise<RenderAnswer> {
  if (waiting.length >= MOST_WAITING)
    throw new Refusal('unavailable', { retryAfterSeconds: 5, detail: 'Too many mails are being rendered.' });
  return new Promise((settle) => {
    waiting.push({ task, settle });
    goOn();
  });
}

/** One at a time, in turn. */
function goOn(): void {
  const next = current ? undefined : waiting.shift();
  if (!next) return;
  current = next;
  if (!thread?.isAlive) thread = new Thread();
  thread.work(next.task, (answer) => {
    current = null;
    next.settle(answer);
    goOn();
  });
}

/** Of a build the file beside this one; of the sources, which are TypeScript, the same by way of tsx. */
function startWorker(): Worker {
  const isBuilt = extname(import.meta.filename) === '.js';
  const file = join(import.meta.dirname, `render-worker${isBuilt ? '.js' : '.ts'}`);
  const options = { resourceLimits: memory, env: {}, execArgv: [] };
  if (isBuilt) return new Worker(file, options);
  const bootstrap = `import('tsx/esm/api').then(({ register }) => {
    register();
    return import(require('node:worker_threads').workerData);
  })`;
  return new Worker(bootstrap, { ...options, eval: true, workerData: file });
}

type Done = (answer: RenderAnswer) => void;

/** One life of the thread. Its time runs from where it begins to work, so that nobody pays for who was before them. */
class Thread {
  isAlive = true;
  readonly #worker: Worker;
  readonly #ready: Promise<void>;
  #done: Done | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor() {
    this.#worker = startWorker();
    this.#ready = new Promise((ready) => {
      this.#worker.on('message', (message: 'ready' | RenderAnswer) => {
        if (message === 'ready') ready();
        else this.#end(message);
      });
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const isOverfull = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#die(isOverfull ? tooMuch : { broken: error.message });
    });
    this.#worker.on('exit', () => this.#die({ broken: 'the thread has ended' }));
    // Last: listening holds the process.
    this.#worker.unref();
  }

  work(task: RenderTask, done: Done): void {
    this.#done = done;
    this.#limit(START_LIMIT_MS, { broken: 'the thread did not start' });
    void this.#ready.then(() => {
      if (this.#done !== done) return;
      this.#limit(TASK_LIMIT_MS, tooMuch);
      this.#worker.postMessage(task);
    });
  }

  #limit(milliseconds: number, answer: RenderAnswer): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => {
      void this.#worker.terminate();
      this.#die(answer);
    }, milliseconds);
  }

  #die(answer: RenderAnswer): void {
    this.isAlive = false;
    this.#end(answer);
  }

  #end(answer: RenderAnswer): void {
    clearTimeout(this.#timer ?? undefined);
    const done = this.#done;
    this.#done = null;
    done?.(answer);
  }
}
