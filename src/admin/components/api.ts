import { useEffect, useState } from 'react';

/** Calls of the panel's own API; who is signed out meanwhile goes to the sign-in and comes back. */

export async function getJson<T>(path: string): Promise<T> {
  return answered<T>(await fetch(`/admin/api${path}`, { headers: { accept: 'application/json' } }));
}

export async function postJson<T>(path: string, body: unknown): Promise<T> {
  return answered<T>(
    await fetch(`/admin/api${path}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

/** A picture as an address that a page may show. */
export async function getPicture(path: string): Promise<string> {
  const response = await fetch(`/admin/api${path}`, { headers: { accept: 'application/json, image/*' } });
  if (!response.ok) return answered<string>(response);
  const reader = new FileReader();
  const read = new Promise<string>((done, failed) => {
    reader.onload = () => done(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => failed(reader.error ?? new Error('The picture could not be read.'));
  });
  reader.readAsDataURL(await response.blob());
  return read;
}

async function answered<T>(response: Response): Promise<T> {
  if (response.status === 401) {
    const { pathname, search } = window.location;
    window.location.assign(`/admin/login?to=${encodeURIComponent(pathname + search)}`);
    return new Promise<T>(() => {});
  }
  const body = (await response.json().catch(() => ({}))) as T & { message?: string };
  if (!response.ok) throw new Error(body.message ?? 'The panel could not be reached. Please try again.');
  return body;
}

interface Loaded<T> {
  readonly data: T | null;
  readonly error: string | null;
  /** While an answer is on its way: the first one, another path's, or the one that was asked for again. */
  readonly loading: boolean;
  readonly reload: () => void;
}

/** What a path answers; the last answer stays while the next one comes. */
export function useLoaded<T>(path: string): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const asked = `${turn} ${path}`;
  const [state, setState] = useState<{ data: T | null; error: string | null; asked: string | null }>({
    data: null,
    error: null,
    asked: null,
  });
  useEffect(() => {
    let isCurrent = true;
    getJson<T>(path).then(
      (data) => isCurrent && setState({ data, error: null, asked }),
      (error: Error) => isCurrent && setState({ data: null, error: error.message, asked }),
    );
    return () => {
      isCurrent = false;
    };
  }, [path, asked]);
  const { data, error } = state;
  return { data, error, loading: state.asked !== asked, reload: () => setTurn((now) => now + 1) };
}
