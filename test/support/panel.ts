import type { Answer } from './api.ts';
import type { TestApplication } from './application.ts';

export type Who = 'admin' | 'manager' | 'staff' | 'viewer';

export const DEMO_PASSWORD = 'totetaxi-demo';

/** A browser's part of the panel: it keeps its cookie and says where its requests come from. */
export class Panel {
  readonly #address: string;
  #cookie = '';

  constructor({ api }: Pick<TestApplication, 'api'>) {
    this.#address = api.address;
  }

  get cookie(): string {
    return this.#cookie;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, undefined, headers);
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('POST', path, body, headers);
  }

  /** `list`, `search`, `new` … of a noun. */
  resource(noun: string, action: string, query = ''): Promise<Answer> {
    return this.get(`/admin/api/resources/${noun}/actions/${action}${query}`);
  }

  record(noun: string, id: string, action: string, body?: unknown): Promise<Answer> {
    const path = `/admin/api/resources/${noun}/records/${id}/${action}`;
    return body === undefined ? this.get(path) : this.post(path, body);
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const isForm = body instanceof URLSearchParams || body instanceof FormData;
    const response = await fetch(this.#address + path, {
      method,
      redirect: 'manual',
      headers: {
        'sec-fetch-site': 'same-origin',
        ...(this.#cookie !== '' && { cookie: this.#cookie }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) this.#cookie = set.split(';')[0] ?? '';
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
  }

  signIn(email: string, password: string = DEMO_PASSWORD): Promise<Answer> {
    return this.post('/admin/login', new URLSearchParams({ email, password }));
  }
}

/** A panel with somebody of the demo logins signed in. */
export async function signedIn(app: Pick<TestApplication, 'api'>, who: Who): Promise<Panel> {
  const panel = new Panel(app);
  const { status, headers } = await panel.signIn(`${who}@totetaxi.test`);
  if (status !== 302 || headers.get('location') !== '/admin')
    throw new Error(`${who} was not let in: ${status}`);
  return panel;
}
