import { crc32, deflateSync } from 'node:zlib';

/** What a driver's photo and a customer's signature look like here: drawn, so that a page shows something to look at. */

type Colour = readonly [red: number, green: number, blue: number];
type Paint = (x: number, y: number) => Colour;

const wall: Colour = [214, 206, 190];
const floor: Colour = [150, 140, 126];
const door: Colour = [20, 33, 61];
const frame: Colour = [240, 236, 226];
const knob: Colour = [200, 150, 62];
const card: Colour = [193, 154, 107];
const tape: Colour = [226, 205, 160];
const paper: Colour = [255, 255, 255];
const ink: Colour = [28, 36, 51];

/** Two boxes before a door. */
export function drawPhoto(): Buffer {
  const isIn = (x: number, y: number, left: number, top: number, width: number, height: number) =>
    x >= left && x < left + width && y >= top && y < top + height;
  return png(800, 600, (x, y) => {
    if ((x - 470) ** 2 + (y - 270) ** 2 < 120) return knob;
    for (const [left, top, width, height] of [
      [150, 360, 220, 170],
      [350, 420, 170, 120],
    ] as const) {
      if (isIn(x, y, left, top, width, height)) return isIn(x, y, left, top + 20, width, 16) ? tape : card;
    }
    if (isIn(x, y, 300, 60, 200, 430)) return door;
    if (isIn(x, y, 285, 45, 230, 445)) return frame;
    return y < 490 ? wall : floor;
  });
}

/** A line that somebody wrote in a hurry. */
export function drawSignature(): Buffer {
  return png(800, 300, (x, y) => {
    const at = (x - 120) / 90;
    const line = 160 - 70 * Math.sin(at * 2.6) * Math.exp(-at / 4) - 12 * Math.sin(at * 9);
    const isWritten = x > 120 && x < 660 && Math.abs(y - line) < 7;
    return isWritten || (y > 226 && y < 229 && x > 80 && x < 720) ? ink : paper;
  });
}

function png(width: number, height: number, paint: Paint): Buffer {
  const rows = Buffer.alloc(height * (1 + 3 * width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows.set(paint(x, y), y * (1 + 3 * width) + 1 + 3 * x);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a colour, red green blue.
  head.set([8, 2], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

function chunk(type: string, body: Buffer = Buffer.alloc(0)): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
