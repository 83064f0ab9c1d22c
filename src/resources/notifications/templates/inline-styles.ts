import type { Piece } from './read-tags.ts';

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/** How each tag looks. Mail programs drop style sheets, so every tag carries its own. */
const styleOfTag: Readonly<Record<string, string>> = {
  p: `margin:0 0 16px;${FONT};font-size:16px;line-height:1.55;color:#2b3342`,
  h1: `margin:0 0 16px;${FONT};font-size:24px;line-height:1.3;font-weight:700;color:#14213d`,
  h2: `margin:24px 0 12px;${FONT};font-size:18px;line-height:1.35;font-weight:700;color:#14213d`,
  h3: `margin:24px 0 8px;${FONT};font-size:16px;line-height:1.4;font-weight:700;color:#14213d`,
  ul: 'margin:0 0 16px;padding:0 0 0 22px',
  ol: 'margin:0 0 16px;padding:0 0 0 22px',
  li: `margin:0 0 6px;${FONT};font-size:16px;line-height:1.55;color:#2b3342`,
  a: 'color:#1f4a8a;text-decoration:underline',
  hr: 'margin:24px 0;border:0;border-top:1px solid #e3e6eb',
  blockquote: 'margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid #c8963e',
  th: `padding:9px 16px 9px 0;${FONT};font-size:14px;line-height:1.45;font-weight:400;text-align:left;vertical-align:top;color:#5b6472;border-bottom:1px solid #e9ecf0`,
  td: `padding:9px 0;${FONT};font-size:15px;line-height:1.45;text-align:left;vertical-align:top;color:#14213d;border-bottom:1px solid #e9ecf0;font-variant-numeric:tabular-nums;word-break:break-word`,
  img: 'max-width:100%;height:auto;border:0',
};

/** The classes that staff can give, written `tag.class`; they come on top of the tag's own look. */
const styleOfClass: Readonly<Record<string, string>> = {
  'table.facts': 'width:100%;margin:4px 0 24px;border-collapse:collapse;border-top:1px solid #e9ecf0',
  'a.button': `display:inline-block;padding:13px 26px;${FONT};font-size:16px;line-height:1.25;font-weight:600;color:#ffffff;text-decoration:none`,
  'p.note': 'padding:14px 16px;background-color:#fbf5e9;border-left:3px solid #c8963e',
  'p.quiet': 'font-size:14px;color:#5b6472',
  'td.strong': 'font-weight:700',
};

const buttonOpens =
  '<table role="presentation" class="button-box" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px"><tr><td bgcolor="#14213d" style="border-radius:6px;background-color:#14213d">';
const buttonCloses = '</td></tr></table>';

/**
 * Writes the tags out again with their looks inlined. A link of class `button` gets a table around it,
 * because Outlook pads cells only; it should stand by itself, not inside a paragraph.
 */
export function inlineStyles(pieces: readonly Piece[]): string {
  let isInButton = false;
  return pieces
    .map((piece) => {
      if (piece.kind === 'words') return piece.source;
      if (piece.kind === 'start') {
        const isButton = piece.name === 'a' && classesOf(piece).includes('button');
        isInButton ||= isButton;
        return (isButton ? buttonOpens : '') + writeStart(piece);
      }
      const closes = isInButton && piece.name === 'a';
      if (closes) isInButton = false;
      return `</${piece.name}>${closes ? buttonCloses : ''}`;
    })
    .join('');
}

type Start = Extract<Piece, { kind: 'start' }>;

function classesOf({ attributes }: Start): string[] {
  return (attributes.get('class') ?? '').split(/\s+/).filter((word) => word !== '');
}

function writeStart(piece: Start): string {
  const { name, attributes } = piece;
  const style = mergeStyles([
    styleOfTag[name],
    ...classesOf(piece).map((word) => styleOfClass[`${name}.${word}`]),
    attributes.get('style'),
  ]);
  const written = [...attributes]
    .filter(([attribute]) => attribute !== 'style')
    .map(([attribute, value]) => ` ${attribute}="${value.replaceAll('"', '&quot;')}"`);
  if (style !== '') written.push(` style="${style.replaceAll('"', "'")}"`);
  if (name === 'th' && !attributes.has('scope')) written.push(' scope="row"');
  return `<${name}${written.join('')}>`;
}

/** The last word on each property wins, and is the only one written. */
function mergeStyles(styles: readonly (string | undefined)[]): string {
  const merged = new Map<string, string>();
  for (const declaration of styles.join(';').split(';')) {
    const [property = '', ...value] = declaration.split(':');
    if (value.length > 0) merged.set(property.trim().toLowerCase(), value.join(':').trim());
  }
  return [...merged].map(([property, value]) => `${property}:${value}`).join(';');
}
