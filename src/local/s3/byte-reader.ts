import type { Readable } from 'node:stream';
import { incompleteBody } from './problems.ts';

/** Reads a stream in pieces of one's own choice, without ever holding more than a piece of it. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  /** What is not read stays in the stream, which stays open: an answer must still go out by its socket. */
  constructor(stream: Readable) {
    this.#source = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** Everything that is left. */
  async *all(): AsyncGenerator<Buffer> {
    do {
      if (this.#rest.length > 0) yield this.#rest;
      this.#rest = Buffer.alloc(0);
    } while (await this.#more());
  }

  /** That many bytes. Throws `IncompleteBody`. */
  async *exactly(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0; ) {
      if (this.#rest.length === 0) await this.#need();
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** The same at once. */
  async textOf(count: number): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of this.exactly(count)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  }

  /** Everything before a mark; the mark is passed. Throws `IncompleteBody` when there is none. */
  async *before(mark: Buffer): AsyncGenerator<Buffer> {
    for (;;) {
      const at = this.#rest.indexOf(mark);
      const end = at >= 0 ? at : Math.max(0, this.#rest.length - mark.length + 1);
      if (end > 0) yield this.#rest.subarray(0, end);
      this.#rest = this.#rest.subarray(at >= 0 ? at + mark.length : end);
      if (at >= 0) return;
      await this.#need();
    }
  }

  /** The same at once. Throws what is given when it is longer than that. */
  async textBefore(mark: Buffer, atMost: number, tooLong: () => Error): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of this.before(mark)) {
      length += piece.length;
      if (length > atMost) throw tooLong();
      pieces.push(piece);
    }
    return Buffer.concat(pieces).toString();
  }

  async #need(): Promise<void> {
    if (!(await this.#more())) throw incompleteBody();
  }

  async #more(): Promise<boolean> {
    const next = await this.#source.next();
    if (next.done) return false;
    this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    return true;
  }
}
