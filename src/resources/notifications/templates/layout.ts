import { escapeHtml } from './escape-html.ts';

const FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const COMPANY = 'ToteTaxi · Moves and deliveries between New York City and the Hamptons';
const QUESTIONS = 'Something is not right, or you have a question? Reply to this mail.';

/** What programs that read a style sheet get on top: less margin on a phone, and dark colors. */
const STYLE_SHEET = `
@media (max-width:480px){.tt-pad,.tt-foot{padding-left:20px!important;padding-right:20px!important}.tt-outer{padding:0!important}.tt-card{border-radius:0!important}}
@media (prefers-color-scheme:dark){
.tt-page,.tt-outer{background-color:#0d1526!important}
.tt-card,.tt-pad{background-color:#161f35!important}
.tt-mark{color:#f3f0e8!important}
.tt-pad p,.tt-pad li,.tt-pad h1,.tt-pad h2,.tt-pad h3,.tt-pad td{color:#e9ecf2!important}
.tt-pad th,.tt-pad .quiet,.tt-foot p{color:#a9b2c3!important}
.tt-pad th,.tt-pad td,.tt-pad .facts{border-color:#2c3854!important}
.tt-pad .note{background-color:#2a2617!important}
.tt-pad a,.tt-foot a{color:#9cc1f5!important}
.tt-pad .button-box td{background-color:#c8963e!important}
.tt-pad a.button{color:#14213d!important}
}`;

/** Under mail that one may choose, as the law asks (CAN-SPAM): how to end it, and where we are. */
export interface ChoiceFoot {
  readonly unsubscribeUrl: string;
  readonly companyAddress: string;
}

// Keeps what follows the preheader out of the list of mails.
const BLANK = '&#847;&zwnj;&nbsp;'.repeat(60);

/**
 * A whole HTML mail of ToteTaxi around a body whose styles are inlined already. Subject, preheader and
 * address are plain words; the body is taken as it is. What ends such mail stands only under mail that one may choose.
 */
export function wrapHtml({
  subject,
  preheader,
  body,
  choice,
}: {
  readonly subject: string;
  readonly preheader: string;
  readonly body: string;
  readonly choice: ChoiceFoot | null;
}): string {
  const small = `margin:0 0 6px;${FONT};font-size:13px;line-height:1.5;color:#5b6472`;
  const ending =
    choice === null
      ? ''
      : `\n<p style="${small}">${escapeHtml(choice.companyAddress)}</p>
<p style="${small}"><a href="${escapeHtml(choice.unsubscribeUrl)}" style="color:#1f4a8a;text-decoration:underline">Unsubscribe from mail like this</a></p>`;
  return `<!doctype html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
<title>${escapeHtml(subject)}</title>
<style>${STYLE_SHEET}
</style>
</head>
<body class="tt-page" style="margin:0;padding:0;background-color:#f2f3f5;-webkit-text-size-adjust:100%">
<div style="display:none;max-height:0;max-width:0;overflow:hidden;opacity:0;font-size:1px;line-height:1px;color:#f2f3f5;mso-hide:all">${escapeHtml(preheader)}${BLANK}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f2f3f5" class="tt-page" style="background-color:#f2f3f5">
<tr><td align="center" class="tt-outer" style="padding:28px 12px">
<!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#ffffff" class="tt-card" style="max-width:600px;background-color:#ffffff;border-radius:8px">
<tr><td class="tt-pad" style="padding:28px 36px 0">
<div class="tt-mark" style="${FONT};font-size:23px;line-height:1.2;font-weight:800;letter-spacing:-0.4px;color:#14213d">ToteTaxi</div>
<table role="presentation" width="56" cellpadding="0" cellspacing="0" border="0" style="margin-top:10px"><tr><td height="3" bgcolor="#c8963e" style="height:3px;background-color:#c8963e;font-size:0;line-height:0">&nbsp;</td></tr></table>
</td></tr>
<tr><td class="tt-pad" style="padding:26px 36px 16px">
${body}
</td></tr>
</table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px">
<tr><td class="tt-foot" align="left" style="padding:20px 36px 28px">
<p style="${small}">${QUESTIONS}</p>
<p style="${small}">${COMPANY}</p>
<p style="${small}">${reasonFor(choice)}</p>${ending}
</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`;
}

/** The same foot under a mail of plain text. */
export function wrapText({
  body,
  choice,
}: {
  readonly body: string;
  readonly choice: ChoiceFoot | null;
}): string {
  const ending =
    choice === null
      ? ''
      : `${choice.companyAddress}\nUnsubscribe from mail like this: ${choice.unsubscribeUrl}\n`;
  // Two dashes and a space: mail programs know it as the end of the letter.
  return `${body}\n\n-- \n${QUESTIONS}\n${COMPANY}\n${reasonFor(choice)}\n${ending}`;
}

function reasonFor(choice: ChoiceFoot | null): string {
  return choice === null
    ? 'You get this mail because you have a booking or an account with ToteTaxi.'
    : 'You get this mail because you asked ToteTaxi for a price and said that we may write to you.';
}
