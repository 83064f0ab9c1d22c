/** The three parts of a template that staff write. */
export type TemplatePath = 'subject' | 'html' | 'text';

/** A template that cannot be sent as it stands. The message is written for the staff who edit it. */
export class TemplateProblem extends Error {
  readonly path: TemplatePath;

  constructor(path: TemplatePath, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TemplateProblem';
    this.path = path;
  }
}
