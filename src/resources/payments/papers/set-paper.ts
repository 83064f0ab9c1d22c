import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import { type Cents, formatUsd } from '../../../pricing/money.ts';
import type { Paper } from './paper.ts';

/** Sets a paper as a PDF of Letter size, by pdfkit (`docs/decisions/0016-papers.md`). */

const require = createRequire(import.meta.url);
const fonts = {
  plain: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
  bold: require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'),
};
const COMPANY = 'ToteTaxi';
const MARGIN = 60;
const AMOUNT_WIDTH = 110;
const LABEL_WIDTH = 130;
const ROW_GAP = 6;
const ink = { text: '#14213d', quiet: '#5b6475', rule: '#d5d9e0' };

export async function setPaper(paper: Paper): Promise<Buffer> {
  const pdf = new PDFDocument({
    size: 'LETTER',
    margin: MARGIN,
    font: fonts.plain,
    lang: 'en-US',
    tagged: true,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: `${paper.title} ${paper.number}`, Author: COMPANY, CreationDate: paper.madeAt },
  });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => pdf.on('end', resolve).on('error', reject));
  write(pdf, paper);
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

function write(pdf: PDFKit.PDFDocument, paper: Paper): void {
  pdf.font(fonts.bold).fontSize(12).fillColor(ink.quiet).text(COMPANY);
  pdf.moveDown(0.4).fontSize(22).fillColor(ink.text).text(paper.title);
  pdf.font(fonts.plain).fontSize(10).fillColor(ink.quiet).text(paper.number);
  pdf.moveDown(1.5);
  for (const [label, text] of paper.facts) fact(pdf, label, text);
  if (paper.lines.length > 0) rule(pdf);
  for (const { label, amountCents } of paper.lines) amount(pdf, label, amountCents, fonts.plain);
  rule(pdf);
  for (const { label, amountCents } of paper.totals) amount(pdf, label, amountCents, fonts.bold);
  pdf.moveDown(2).font(fonts.plain).fontSize(9).fillColor(ink.quiet);
  pdf.text(paper.foot, MARGIN, pdf.y, { width: innerWidth(pdf) });
}

function fact(pdf: PDFKit.PDFDocument, label: string, text: string): void {
  const width = innerWidth(pdf) - LABEL_WIDTH;
  pdf.font(fonts.plain).fontSize(10);
  const y = room(pdf, pdf.heightOfString(text, { width }));
  pdf.fillColor(ink.quiet).text(label, MARGIN, y, { width: LABEL_WIDTH });
  pdf.fillColor(ink.text).text(text, MARGIN + LABEL_WIDTH, y, { width });
  pdf.y = Math.max(pdf.y, y) + ROW_GAP;
}

function amount(pdf: PDFKit.PDFDocument, label: string, amountCents: number, font: string): void {
  const width = innerWidth(pdf) - AMOUNT_WIDTH;
  pdf.font(font).fontSize(10).fillColor(ink.text);
  const height = pdf.heightOfString(label, { width });
  const y = room(pdf, height);
  pdf.text(label, MARGIN, y, { width });
  pdf.text(usd(amountCents), MARGIN + width, y, { width: AMOUNT_WIDTH, align: 'right' });
  pdf.y = y + height + ROW_GAP;
}

/** Where the next row of a height begins: on a new page when this one is full. */
function room(pdf: PDFKit.PDFDocument, height: number): number {
  if (pdf.y + height > pdf.page.height - MARGIN) pdf.addPage();
  return pdf.y;
}

function rule(pdf: PDFKit.PDFDocument): void {
  const y = room(pdf, 2 * ROW_GAP) + ROW_GAP;
  pdf
    .moveTo(MARGIN, y)
    .lineTo(pdf.page.width - MARGIN, y)
    .strokeColor(ink.rule)
    .lineWidth(0.7)
    .stroke();
  pdf.y = y + 2 * ROW_GAP;
}

function innerWidth(pdf: PDFKit.PDFDocument): number {
  return pdf.page.width - 2 * MARGIN;
}

function usd(amountCents: number): string {
  return amountCents < 0 ? `−${formatUsd(-amountCents as Cents)}` : formatUsd(amountCents as Cents);
}
