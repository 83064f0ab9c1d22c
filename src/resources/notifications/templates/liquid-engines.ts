import { Context, Liquid, type Template, Tokenizer, TokenKind } from 'liquidjs';
import { escapeHtml } from './escape-html.ts';
import { liquidWords } from './liquid-words.ts';
import { type TemplatePath, TemplateProblem } from './template-problem.ts';

/**
 * What templates may say. Everything else of Liquid is taken away: what reads files (include, render,
 * layout), what prints unescaped (raw, cycle), what asks the clock (date), what evaluates text (where_exp).
 */
const allowedTags = new Set([
  'if',
  'unless',
  'case',
  'for',
  'break',
  'continue',
  'assign',
  'capture',
  'comment',
  '#',
]);
const allowedFilters = new Set(
  'append prepend capitalize upcase downcase default strip lstrip rstrip squish strip_newlines remove remove_first remove_last replace replace_first replace_last truncate truncatewords size slice split join first last plus minus times url_encode'.split(
    ' ',
  ),
);

const limits = { parseLimit: 100_000, memoryLimit: 1_000_000 };
const RENDER_LIMIT_MILLISECONDS = 50;
// More than any real mail takes.
const FREE_STEPS = 400;

function makeEngine(escapes: boolean): Liquid {
  const engine = new Liquid({
    ...(escapes ? { outputEscape: 'escape' as const } : {}),
    strictVariables: true,
    lenientIf: true,
    strictFilters: true,
    ownPropertyOnly: true,
    dynamicPartials: false,
    relativeReference: false,
    templates: {},
    ...limits,
  });
  for (const tag of Object.keys(engine.tags)) if (!allowedTags.has(tag)) delete engine.tags[tag];
  for (const name of Object.keys(engine.filters)) if (!allowedFilters.has(name)) delete engine.filters[name];
  return engine;
}

/** Staff's plain words in HTML: a blank line begins a paragraph, a line end is kept. Escapes by itself. */
function paragraphs(words: unknown): string {
  return (typeof words === 'string' ? words : '')
    .replace(/\r\n?/g, '\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => `<p>${escapeHtml(paragraph).replaceAll('\n', '<br>')}</p>`)
    .join('\n');
}

const plain = makeEngine(false);
const html = makeEngine(true);
html.registerFilter('paragraphs', { raw: true, handler: paragraphs });

const engineOf: Readonly<Record<TemplatePath, Liquid>> = { subject: plain, text: plain, html };

/** Reads one part of a template; throws TemplateProblem. */
export function parseLiquid(path: TemplatePath, source: string): Template[] {
  return guarded(path, () => engineOf[path].parse(source));
}

/** Fills one part of a template in; throws TemplateProblem. Loops are stopped after 50 ms. */
export function renderLiquid(
  path: TemplatePath,
  source: string,
  variables: Readonly<Record<string, string>>,
): string {
  const parsed = parseLiquid(path, source);
  return guarded(path, () => {
    const context = new Context({ ...variables }, engineOf[path].options, { sync: true });
    limitTime(context);
    return String(engineOf[path].renderSync(parsed, context));
  });
}

/**
 * The limit of liquidjs is by the wall clock alone: on a busy machine, a mail of ten lines that had to wait
 * its turn would be refused. Here the first steps are free, so only what loops can run out of time.
 */
function limitTime(context: Context): void {
  const deadline = performance.now() + RENDER_LIMIT_MILLISECONDS;
  let steps = 0;
  context.renderLimit.check = (now) => {
    steps += 1;
    if (steps > FREE_STEPS && Number(now) > deadline) throw new Error('template render limit exceeded');
  };
}

/** The names a part asks for, those it assigns itself left out; throws TemplateProblem. */
export function variablesOf(path: TemplatePath, source: string): string[] {
  const parsed = parseLiquid(path, source);
  return guarded(path, () => engineOf[path].globalVariablesSync(parsed));
}

/** What is written around the Liquid of a readable source: a tag becomes a space, a value the stand-in. */
export function withoutLiquid(source: string, standIn: string): string {
  return new Tokenizer(source)
    .readTopLevelTokens()
    .map((token) => {
      if (token.kind === TokenKind.HTML) return token.getText();
      return token.kind === TokenKind.Output ? standIn : ' ';
    })
    .join('');
}

function guarded<Result>(path: TemplatePath, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw new TemplateProblem(path, liquidWords(cause), { cause });
  }
}
