import { describe, expect, it } from 'vitest';
import { bookingVariables } from './booking-parts.ts';
import { templateTypes } from './catalogue.ts';
import { checkTemplate, renderTemplate, type TemplateSource } from './render-template.ts';
import { TemplateProblem } from './template-problem.ts';
import type { TemplateType } from './template-type.ts';

const types: [string, TemplateType][] = Object.entries(templateTypes);

function samplesOf({ variables }: TemplateType): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, { sample }]) => [name, sample]));
}

function withoutStyleSheet(html: string): string {
  return html.replace(/<style>.*?<\/style>/s, '');
}

/** What a person sees of the HTML. */
function wordsOf(html: string): string {
  return withoutStyleSheet(html)
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');
}

function isOptional(source: TemplateSource, name: string): boolean {
  return [source.subject, source.html, source.text].some((part) => part.includes(`if ${name} != `));
}

describe.each(types)('%s', (_type, template) => {
  const samples = samplesOf(template);
  const used = Object.keys(samples).filter((name) =>
    [template.subject, template.html, template.text].some((part) =>
      new RegExp(`\\{[{%][^}]*\\b${name}\\b`).test(part),
    ),
  );

  it('is fit to be sent', () => {
    expect(checkTemplate(template, template.variables)).toEqual([]);
  });

  it('leaves nothing empty and no Liquid behind', () => {
    const mail = renderTemplate(template, samples);
    for (const part of [mail.subject, withoutStyleSheet(mail.html), mail.text])
      expect(part).not.toMatch(/\{\{|\}\}|\{%|%\}|undefined|\[object/);
    expect(mail.html).not.toMatch(/<(p|td|th|h1|a|li)\b[^>]*>\s*<\/\1>/);
    expect(mail.text).not.toMatch(/\n{3}|^(?:Total|Day|From|To|Paid): *$/m);
    expect(wordsOf(mail.html) + mail.text).not.toContain('!');
  });

  it('uses every variable it offers, but for those that all booking mail shares', () => {
    const shared = new Set([...Object.keys(bookingVariables), 'unsubscribeUrl', 'companyAddress']);
    expect(Object.keys(samples).filter((name) => !used.includes(name) && !shared.has(name))).toEqual([]);
  });

  it('says the same in HTML and in text', () => {
    const { html, text } = renderTemplate(template, samples);
    for (const name of used.filter(
      (one) => !['subject', 'isAttached', 'isConfirmed', 'body', 'alertBody'].includes(one),
    )) {
      const sample = samples[name] ?? '';
      if (!template.html.includes(name) && !template.text.includes(name)) continue;
      expect(sample.startsWith('https:') ? html : wordsOf(html), `${name} in the HTML`).toContain(sample);
      expect(text, `${name} in the text`).toContain(sample);
    }
  });

  it('reads well when what is optional is absent', () => {
    const optional = used.filter((name) => isOptional(template, name));
    for (const absent of [...optional.map((name) => [name]), optional]) {
      const mail = renderTemplate(template, {
        ...samples,
        ...Object.fromEntries(absent.map((name) => [name, ''])),
      });
      expect(mail.html).not.toMatch(/<(p|td|th|h1|a|li)\b[^>]*>\s*<\/\1>/);
      expect(wordsOf(mail.html)).not.toMatch(/ to the [.,]| {2}|: ?\.$/);
      expect(mail.text).not.toMatch(
        /\n{3}|^(?:Total|Day|From|To|Driver|Reason|Still to pay): *$|[^.]\.\.(?!\.)| \./m,
      );
    }
  });

  it('has an unsubscribe line exactly when it is not transactional', () => {
    const mail = renderTemplate(template, samples);
    expect(mail.html.includes('Unsubscribe')).toBe(!template.isTransactional);
    expect(mail.text.includes('Unsubscribe')).toBe(!template.isTransactional);
    expect(mail.html.includes('100 Example Avenue')).toBe(!template.isTransactional);
    expect(mail.text.includes('100 Example Avenue')).toBe(!template.isTransactional);
    expect(Object.hasOwn(template.variables, 'unsubscribeUrl')).toBe(!template.isTransactional);
  });
});

const plain: TemplateSource = {
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
  isTransactional: true,
};
const name = { label: 'Name', sample: 'Maya' };
const url = { label: 'Link', sample: 'https://totetaxi.example/a' };

function refuses(part: Partial<TemplateSource>, message: RegExp): void {
  const begun = performance.now();
  expect(
    checkTemplate({ ...plain, ...part }, { name, url }).map((problem) => problem.message),
    JSON.stringify(part).slice(0, 200),
  ).toEqual([expect.stringMatching(message)]);
  expect(performance.now() - begun).toBeLessThan(1000);
}

describe('hostile templates', () => {
  it.each([
    ['a loop of 1e8', '{% for i in (1..100000000) %}x{% endfor %}'],
    [
      'loops in loops',
      '{% for i in (1..9000) %}{% for j in (1..9000) %}{% assign k = i %}{% endfor %}{% endfor %}',
    ],
    [
      'doubling',
      '{% assign s="xxxxxxxxxx" %}{% for i in (1..40) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
    ],
    ['replacing', `{% assign s="${'a'.repeat(20_000)}" %}{{ s | replace: "a", s }}`],
    ['a huge source', 'x'.repeat(200_000)],
  ])('%s grows too large', (_words, text) => {
    refuses({ text }, /too large or takes too long/);
  });

  it('stops loops that build nothing', () => {
    refuses({ text: 'x{% for i in (1..900) %}{% for j in (1..900) %}{% endfor %}{% endfor %}' }, /too long/);
    refuses({ text: 'x{% for i in (1..900000) %}{% endfor %}' }, /too long/);
  });

  it('nesting without end is a problem, not a crash', () => {
    const depth = 6_000;
    const found = checkTemplate(
      { ...plain, text: `${'{% if 1 %}'.repeat(depth)}x${'{% endif %}'.repeat(depth)}` },
      { name },
    );
    expect(found.length).toBeLessThanOrEqual(1);
  });

  it.each([
    '{% include "/etc/passwd" %}',
    '{% render "../../etc/passwd" %}',
    '{% layout "/etc/hostname" %}',
    '{% block a %}{% endblock %}',
    '{% raw %}<script>{% endraw %}',
    '{% cycle name, name %}',
    '{% echo name %}',
    '{% liquid echo name %}',
  ])('%s is not allowed', (html) => {
    refuses({ html }, /^The tag \{% \w+ %\} is not allowed\./);
  });

  it.each(['raw', 'date: "%Y"', 'where_exp: "x", "x"', 'newline_to_br', 'json', 'url_decode'])(
    'has no filter %s',
    (filter) => {
      refuses({ html: `<p>{{ name | ${filter} }}</p>` }, /^There is no filter named "\w+"\./);
    },
  );

  it.each(['{{ constructor }}', '{{ __proto__.x }}', '{{ toString }}', '{{ process.env }}'])(
    '%s is no variable',
    (text) => {
      refuses({ text }, /^There is no variable named/);
    },
  );

  it.each(['{{ name.constructor }}', '{{ name.__proto__ }}', '{{ name["constructor"]["constructor"] }}'])(
    '%s reaches nothing',
    (text) => {
      refuses({ text }, /^There is no variable named/);
    },
  );

  it.each([
    '<script>alert(1)</script>',
    '{% if name == "never" %}<script>alert(1)</script>{% endif %}',
    '<SCRIPT src="https://x.example/a.js"></SCRIPT>',
    '<p onclick="alert(1)">x</p>',
    '<img src="https://x.example/a.png" onerror="alert(1)">',
    '<img src=x onerror=alert(1)>',
    '<img/src="https://x.example/"/onerror="alert(1)">',
    '<iframe src="https://x.example"></iframe>',
    '<form action="https://x.example"><input name="card"></form>',
    '<svg><a href="https://x.example">x</a></svg>',
    '<meta http-equiv="refresh" content="0">',
    '<style>p{color:red}</style>',
    '<!-- a comment -->',
    '<{{ name }}>x</{{ name }}>',
    '<p {{ name }}>x</p>',
    '<p style="background:url(https://x.example/a)">x</p>',
    '<p style="background:&#117;rl(https://x.example/a)">x</p>',
    '<p style="position:fixed">x</p>',
    '<a href="https://x.example" href="javascript:alert(1)">x</a>',
    '<p>a < b</p>',
  ])('refuses %s', (html) => {
    refuses({ html }, /not allowed|not a tag|stands twice/);
  });

  it.each([
    'javascript:alert(1)',
    ' JavaScript:alert(1)',
    'java\nscript:alert(1)',
    '&#106;avascript:alert(1)',
    '&#x6A;avascript&colon;alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '//x.example/a',
    'javascript:{{ url }}',
    '{% if name == "never" %}javascript:alert(1){% endif %}',
    '{{ name }}',
  ])('refuses a link to %s', (href) => {
    refuses({ html: `<p><a href="${href}">x</a></p>` }, /^A link must begin with/);
  });

  it('takes good links', () => {
    for (const href of [
      '{{ url }}',
      'https://x.example/{{ name }}',
      'mailto:jo@example.com',
      'HTTP://x.example',
    ])
      expect(checkTemplate({ ...plain, html: `<a href="${href}">x</a>` }, { name, url })).toEqual([]);
  });
});

describe('hostile values', () => {
  it('shows markup as words', () => {
    const { html, subject, text } = renderTemplate(
      { ...plain, subject: '{{ name }}', html: '<p title="{{ name }}">{{ name }}</p>', text: '{{ name }}' },
      { name: `"><script>alert('x')</script>` },
    );
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
    expect(subject).toBe(`"><script>alert('x')</script>`);
    expect(text).toContain('<script>');
  });

  it('never reads values as Liquid', () => {
    const { text } = renderTemplate({ ...plain, text: '{{ name }}' }, { name: '{{ 7 | times: 7 }}' });
    expect(text).toContain('{{ 7 | times: 7 }}');
  });

  it('keeps paragraphs of staff, escaped', () => {
    const { html } = renderTemplate(
      { ...plain, html: '{{ name | paragraphs }}' },
      { name: 'One <b>\r\nline\n\n\nTwo' },
    );
    expect(html).toMatch(/<p style="[^"]*">One &lt;b&gt;<br>line<\/p>\n<p style="[^"]*">Two<\/p>/);
  });

  it('refuses a value that makes a link lead elsewhere', () => {
    const source = { ...plain, html: '<a href="{{ url }}">x</a>' };
    expect(() => renderTemplate(source, { url: 'javascript:alert(1)' })).toThrow(TemplateProblem);
    expect(() => renderTemplate(source, { url: '' })).toThrow(/^A link must begin with/);
    expect(renderTemplate(source, { url: 'https://x.example/?a=1&b="2' }).html).toContain(
      'href="https://x.example/?a=1&amp;b=&#34;2"',
    );
  });

  it('keeps the subject on one line of 200 signs', () => {
    const source = { ...plain, subject: '{{ name }}' };
    expect(renderTemplate(source, { name: 'Hi\r\nBcc: all@example.com\u2028x\0y' }).subject).toBe(
      'Hi Bcc: all@example.com x y',
    );
    const long = renderTemplate(source, { name: '🚚'.repeat(300) }).subject;
    expect(Array.from(long)).toHaveLength(200);
    expect(long.isWellFormed()).toBe(true);
    expect(() => renderTemplate(source, { name: '\r\n' })).toThrow('The subject is empty.');
  });
});

describe('what staff are told', () => {
  it('names the part and the line', () => {
    expect(checkTemplate({ ...plain, text: 'Hi\n{{ nmae' }, { name })).toEqual([
      { path: 'text', message: '{{ nmae is not closed. (line 2)' },
    ]);
    expect(
      checkTemplate({ ...plain, subject: '{{ nmae }}', html: '<p>{% if name %}x</p>' }, { name }),
    ).toEqual([
      { path: 'subject', message: 'There is no variable named "nmae".' },
      { path: 'html', message: '{% if name %} is not closed. (line 1)' },
    ]);
  });

  it('finds tags left open and closed twice', () => {
    refuses({ html: '<p><strong>x</p>' }, /^<\/p> closes nothing/);
    refuses({ html: '<p>x' }, /^<p> is not closed/);
    refuses({ html: '<p>x</p></td></tr></table>' }, /^<\/td> closes nothing/);
  });

  it('wants a variable that is absent, and an address to unsubscribe', () => {
    expect(() => renderTemplate({ ...plain, text: '{{ name }}' }, {})).toThrow(/no variable named "name"/);
    expect(() => renderTemplate({ ...plain, isTransactional: false }, {})).toThrow(/unsubscribeUrl/);
    expect(renderTemplate({ ...plain, text: '{% if name %}x{% endif %}y' }, {}).text).toMatch(/^y\n/);
  });
});
