import { inlineStyles } from './inline-styles.ts';
import { wrapHtml, wrapText } from './layout.ts';
import { renderLiquid, variablesOf, withoutLiquid } from './liquid-engines.ts';
import { type Piece, readTags } from './read-tags.ts';
import { type TemplatePath, TemplateProblem } from './template-problem.ts';

const SUBJECT_LIMIT = 200;
const PREHEADER_LIMIT = 140;
const voidTags = new Set(['br', 'hr', 'img']);
const paths = ['subject', 'html', 'text'] as const;

/** What a mail is made from: three parts in Liquid. The HTML is the inner part, the layout comes around it. */
export type TemplateSource = {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly isTransactional: boolean;
};

/** A mail as it goes out. */
export type RenderedMail = { readonly subject: string; readonly html: string; readonly text: string };

/**
 * A whole mail, layout and foot included. Every variable is needed, an absent one as ''; mail that is not
 * transactional needs `unsubscribeUrl`, which the foot shows beside `companyAddress`. Throws TemplateProblem. Takes about a
 * millisecond; a hostile template is stopped after 50 a part.
 */
export function renderTemplate(
  template: TemplateSource,
  variables: Readonly<Record<string, string>>,
): RenderedMail {
  const choice = template.isTransactional
    ? null
    : {
        unsubscribeUrl: unsubscribeUrlOf(variables),
        companyAddress: oneLine(variables.companyAddress ?? '', SUBJECT_LIMIT),
      };
  const subject = oneLine(renderLiquid('subject', template.subject, variables), SUBJECT_LIMIT);
  if (subject === '') throw new TemplateProblem('subject', 'The subject is empty.');
  const words = tidy(renderLiquid('text', template.text, variables));
  if (words === '') throw new TemplateProblem('text', 'The text is empty.');
  const pieces = readTags(renderLiquid('html', template.html, variables));
  if (!showsSomething(pieces)) throw new TemplateProblem('html', 'The HTML shows nothing.');
  return {
    subject,
    html: wrapHtml({
      subject,
      preheader: preheaderOf(words, subject),
      body: inlineStyles(pieces).trim(),
      choice,
    }),
    text: wrapText({ body: words, choice }),
  };
}

/**
 * What stands against saving a template, in words for staff; empty when it is fit to be sent. Also finds
 * what its samples do not bring to light, such as a script behind a condition.
 */
export function checkTemplate(
  template: TemplateSource,
  variables: Readonly<Record<string, { readonly label: string; readonly sample: string }>>,
): { path: TemplatePath; message: string }[] {
  const found = paths.flatMap((path) =>
    problemsOf(() => checkPart(path, template[path], Object.keys(variables))),
  );
  if (found.length > 0) return found;
  const samples = Object.fromEntries(Object.entries(variables).map(([name, { sample }]) => [name, sample]));
  return problemsOf(() => {
    renderTemplate(template, samples);
    checkBalance(readTags(renderLiquid('html', template.html, samples)));
  });
}

function problemsOf(check: () => void): { path: TemplatePath; message: string }[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof TemplateProblem) return [{ path: error.path, message: error.message }];
    throw error;
  }
}

function checkPart(path: TemplatePath, source: string, offered: readonly string[]): void {
  const unknown = variablesOf(path, source).filter((name) => !offered.includes(name));
  if (unknown.length > 0) throw new TemplateProblem(path, `There is no variable named ${listed(unknown)}.`);
  if (path === 'html') readTags(withoutLiquid(source, 'https://value.example/'));
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(' or ');
}

function checkBalance(pieces: readonly Piece[]): void {
  const open: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'words' || voidTags.has(piece.name)) continue;
    if (piece.kind === 'start') open.push(piece.name);
    else if (open.at(-1) === piece.name) open.pop();
    else throw new TemplateProblem('html', `</${piece.name}> closes nothing, or stands in the wrong place.`);
  }
  const left = open.at(-1);
  if (left !== undefined) throw new TemplateProblem('html', `<${left}> is not closed.`);
}

function showsSomething(pieces: readonly Piece[]): boolean {
  return pieces.some((piece) =>
    piece.kind === 'words' ? piece.source.trim() !== '' : piece.kind === 'start' && piece.name === 'img',
  );
}

function unsubscribeUrlOf({ unsubscribeUrl = '' }: Readonly<Record<string, string>>): string {
  if (/^https?:\/\/[^\s<>"]+$/i.test(unsubscribeUrl)) return unsubscribeUrl;
  throw new TemplateProblem(
    'html',
    'Mail that is not transactional needs unsubscribeUrl, an https:// address.',
  );
}

function oneLine(words: string, limit: number): string {
  const line = words.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
  const signs = Array.from(line);
  return signs.length <= limit
    ? line
    : `${signs
        .slice(0, limit - 1)
        .join('')
        .trimEnd()}…`;
}

function tidy(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What the list of mails shows after the subject: the first thing said after the greeting that is new. */
function preheaderOf(text: string, subject: string): string {
  const isNew = (part: string) => !subject.includes(part) && (part.includes('\n') || !part.endsWith(','));
  const first = text.split('\n\n').find(isNew) ?? '';
  return oneLine(first.replace(/https?:\/\/\S+/g, ''), PREHEADER_LIMIT);
}
