import { TemplateProblem } from './template-problem.ts';

export type Piece =
  | { readonly kind: 'words'; readonly source: string }
  | { readonly kind: 'end'; readonly name: string }
  | { readonly kind: 'start'; readonly name: string; readonly attributes: ReadonlyMap<string, string> };

const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'))?)*)\s*\/?>/iy;
const ATTRIBUTE = /([a-z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/gi;

const allowedTags = new Set(
  'a p br hr h1 h2 h3 strong b em i u s small sub sup span div ul ol li blockquote pre code table caption thead tbody tfoot tr th td img'.split(
    ' ',
  ),
);
const allowedAttributes = new Set(
  'href src alt title class style align valign width height bgcolor border cellpadding cellspacing colspan rowspan scope role lang dir target rel aria-label aria-hidden'.split(
    ' ',
  ),
);
const activeTags = new Set(
  'script iframe frame object embed applet svg math template style link meta base'.split(' '),
);
const formTags = new Set('form input button select option textarea label'.split(' '));

/**
 * The HTML of a mail as a list of tags and words. What browsers would have to guess at is refused, so that
 * nobody reads it otherwise than we do: only known tags and quoted, known attributes pass, links lead to
 * https, http or mailto alone, and styles load nothing. Throws TemplateProblem.
 */
export function readTags(html: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  while (at < html.length) {
    const next = html.indexOf('<', at);
    if (next !== at) pieces.push({ kind: 'words', source: html.slice(at, next < 0 ? undefined : next) });
    if (next < 0) break;
    TAG.lastIndex = next;
    const tag = TAG.exec(html);
    if (!tag) throw unreadable(html.slice(next, next + 40));
    pieces.push(readTag(tag));
    at = TAG.lastIndex;
  }
  return pieces;
}

function readTag([, slash, written = '', rest = '']: RegExpExecArray): Piece {
  const name = written.toLowerCase();
  if (!allowedTags.has(name)) throw refused(name);
  if (slash) return { kind: 'end', name };
  const attributes = new Map<string, string>();
  for (const [, word = '', inDouble, inSingle] of rest.matchAll(ATTRIBUTE)) {
    const attribute = word.toLowerCase();
    const value = inDouble ?? inSingle ?? '';
    if (attributes.has(attribute)) throw problem(`${attribute} stands twice in <${name}>.`);
    checkAttribute(name, attribute, value);
    attributes.set(attribute, value);
  }
  return { kind: 'start', name, attributes };
}

function checkAttribute(tag: string, attribute: string, value: string): void {
  if (attribute.startsWith('on')) throw problem(`${attribute} is not allowed: a mail runs no scripts.`);
  if (!allowedAttributes.has(attribute)) throw problem(`${attribute} is not allowed in <${tag}>.`);
  // Read as written, not decoded: an address that begins with a spelled-out https:// can be nothing else.
  if (attribute === 'href' && !/^\s*(https?:\/\/|mailto:)/i.test(value))
    throw problem(`A link must begin with https://, http:// or mailto:, not "${value.slice(0, 40)}".`);
  if (attribute === 'src' && !/^\s*https?:\/\//i.test(value))
    throw problem(`A picture's address must begin with https://, not "${value.slice(0, 40)}".`);
  if (attribute === 'style' && /url|expression|behavior|binding|position|[@\\&]|\/\*/i.test(value))
    throw problem(`This style is not allowed: "${value.slice(0, 40)}".`);
}

function refused(name: string): TemplateProblem {
  if (activeTags.has(name))
    return problem(`<${name}> is not allowed: a mail holds words, links and pictures only.`);
  if (formTags.has(name))
    return problem(`<${name}> is not allowed: forms do not work in mail. Link to a page instead.`);
  return problem(`<${name}> is not allowed in a mail.`);
}

function unreadable(source: string): TemplateProblem {
  if (source.startsWith('<!--')) return problem('Comments are not allowed in the HTML of a mail.');
  return problem(`This is not a tag that mail programs read: ${source} (write &lt; for the sign itself).`);
}

function problem(message: string): TemplateProblem {
  return new TemplateProblem('html', message);
}
