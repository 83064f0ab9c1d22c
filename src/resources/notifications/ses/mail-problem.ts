/** A mail that will never go: SES's name for why (ours is `Unsendable`), and the words. */
export class MailProblem extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MailProblem';
    this.code = code;
  }
}
