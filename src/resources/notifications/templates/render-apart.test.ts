import { describe, expect, it } from 'vitest';
import { checkApart, renderApart } from './render-apart.ts';
import { checkTemplate, renderTemplate } from './render-template.ts';
import { TemplateProblem } from './template-problem.ts';

const name = { label: 'Name', sample: 'Maya' };
const plain = { subject: 'Hello', html: '<p>Hello {{ name }}</p>', text: 'Hello', isTransactional: true };
const tooMuch = /too large or takes too long/;

describe('the thread for templates', () => {
  it('says and renders what is said and rendered here', async () => {
    expect(await renderApart(plain, { name: 'Jo & Co' })).toEqual(renderTemplate(plain, { name: 'Jo & Co' }));
    expect(await checkApart(plain, { name })).toEqual([]);
    const wrong = { ...plain, subject: '{{ nmae }}', html: '<p onclick="x">y</p>' };
    expect(await checkApart(wrong, { name })).toEqual(checkTemplate(wrong, { name }));
    await expect(renderApart(plain, {})).rejects.toBeInstanceOf(TemplateProblem);
  });

  it('answers everybody who asks at once, each with their own', async () => {
    const names = Array.from({ length: 30 }, (_, at) => `Reader ${at}.`);
    const mails = await Promise.all(names.map((each) => renderApart(plain, { name: each })));
    expect(mails.map(({ html }) => /Reader \d+\./.exec(html)?.[0])).toEqual(names);
  });

  it('refuses a mail that mail programs would cut', async () => {
    const html = `<p>${'x'.repeat(99_000)}</p>`;
    await expect(renderApart({ ...plain, html }, {})).rejects.toThrow(/larger than 100 kB/);
    const text = 'x'.repeat(60_000);
    await expect(renderApart({ ...plain, html: '<p>x</p>', text }, {})).rejects.toThrow(/longer than 50 kB/);
  });

  // Each of 300,000 places in the name is compared with 300,000 letters of the other: half a minute of work.
  it('is killed when it takes too much, and works on', async () => {
    const subject = '{{ name | replace_last: other, "y" }}';
    const values = { name: 'x'.repeat(600_000), other: `${'x'.repeat(300_000)}y` };
    const asked = renderApart({ ...plain, subject }, values);
    const next = renderApart(plain, { name: 'Maya' });
    await expect(asked).rejects.toThrow(/^It grows too large or takes too long\.[^(]*$/);
    expect((await next).html).toContain('Hello Maya');
  });

  it('is not asked at all for values that it could not hold', async () => {
    const values = { name: 'x'.repeat(600_000), other: 'x'.repeat(600_000) };
    await expect(renderApart(plain, values)).rejects.toThrow(/^It grows too large or takes too long\.[^(]*$/);
    expect((await renderApart(plain, { name: 'Maya' })).html).toContain('Hello Maya');
  });

  it('lets the rest of the process go on while it works', async () => {
    const heavy = {
      ...plain,
      text: 'x{% for i in (1..900) %}{% for j in (1..900) %}{% assign k = i | append: "yyyyyyyy" %}{% endfor %}{% endfor %}',
    };
    await checkApart(plain, { name });
    const waits: number[] = [];
    let last = performance.now();
    const timer = setInterval(() => {
      waits.push(performance.now() - last);
      last = performance.now();
    }, 5);
    for (let turn = 0; turn < 5; turn += 1)
      expect(await checkApart(heavy, { name })).toEqual([
        { path: 'text', message: expect.stringMatching(tooMuch) },
      ]);
    clearInterval(timer);
    expect(waits.length).toBeGreaterThan(20);
  });
});
