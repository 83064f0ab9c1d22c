import { S3Problem } from './problems.ts';

/** What an element holds: text, elements, or the same element again and again. */
export type Content = string | number | boolean | null | Elements | readonly Elements[];
export interface Elements {
  readonly [name: string]: Content;
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A document of S3; elements that are `null` are left out. */
export function document(root: string, elements: Elements, namespace: string | null = NAMESPACE): string {
  const xmlns = namespace === null ? '' : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${xmlns}>${inner(elements)}</${root}>`;
}

/** Text as it may stand in HTML and XML, attributes in quotes and control characters included. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']|\p{Cc}/gu, (character) => `&#${character.charCodeAt(0)};`);
}

function inner(elements: Elements): string {
  return Object.entries(elements)
    .map(([name, content]) => element(name, content))
    .join('');
}

function element(name: string, content: Content): string {
  if (content === null) return '';
  if (Array.isArray(content)) return content.map((each: Elements) => element(name, each)).join('');
  const text = typeof content === 'object' ? inner(content as Elements) : escapeMarkup(String(content));
  return `<${name}>${text}</${name}>`;
}

/** The elements of one name in a document with that root, each as the text of its children. Throws `MalformedXML`. */
export function readItems(xml: string, root: string, name: string): Map<string, string>[] {
  const body = new RegExp(`^(?:<\\?xml[^>]*\\?>)?\\s*<${root}(?:\\s[^>]*)?>(.*)</${root}>\\s*$`, 's').exec(
    xml.trim(),
  )?.[1];
  if (body === undefined) {
    throw new S3Problem(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  }
  return [...body.matchAll(new RegExp(`<${name}>(.*?)</${name}>`, 'gs'))].map(
    ([, children = '']) =>
      new Map(
        [...children.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, child = '', text = '']) => [
          child,
          unescaped(text),
        ]),
      ),
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return entities[name] ?? whole;
    const point = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
