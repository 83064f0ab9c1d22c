import React, { type ChangeEvent, useId, useRef, useState } from 'react';
import { SmallTable } from './parts.tsx';
import { type Sending, sendFile } from './send-file.ts';
import type { UploadBlock } from './types.ts';

interface Item {
  readonly key: number;
  readonly file: File;
  readonly category: string;
  readonly state: 'sending' | 'checking' | 'done' | 'failed';
  /** Of a hundred. */
  readonly percent: number;
  readonly message: string | null;
}

/** A booking's documents, and more of them: each file with its own bar, to be cancelled and tried again. */
export function Uploads({ block }: { block: UploadBlock }) {
  const [items, setItems] = useState<readonly Item[]>([]);
  const [category, setCategory] = useState(block.categories[0]?.[0] ?? '');
  const running = useRef(new Map<number, Sending>());
  const lastKey = useRef(0);
  const [categoryId, fileId] = [useId(), useId()];

  const change = (key: number, part: Partial<Item>) =>
    setItems((all) => all.map((each) => (each.key === key ? { ...each, ...part } : each)));
  const start = async ({ key, file, category: of }: Item) => {
    change(key, { state: 'sending', percent: 0, message: null });
    const sending = sendFile(block, file, of, (percent) =>
      change(key, { percent, state: percent < 100 ? 'sending' : 'checking' }),
    );
    running.current.set(key, sending);
    try {
      await sending.done;
      change(key, { state: 'done' });
    } catch (error) {
      change(key, { state: 'failed', message: error instanceof Error ? error.message : 'Not sent.' });
    }
    running.current.delete(key);
  };
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    const fresh = [...(target.files ?? [])].map((file): Item => {
      lastKey.current += 1;
      return { key: lastKey.current, file, category, state: 'sending', percent: 0, message: null };
    });
    target.value = '';
    setItems((all) => [...all, ...fresh]);
    for (const item of fresh) void start(item);
  };
  const drop = (key: number) => setItems((all) => all.filter((each) => each.key !== key));
  const isIn = (...states: readonly Item['state'][]) => items.some(({ state }) => states.includes(state));

  return (
    <>
      {(block.rows.length > 0 || items.length === 0) && <SmallTable block={block} />}
      <div className="upload">
        <label htmlFor={categoryId}>What it is</label>
        <select id={categoryId} value={category} onChange={({ target }) => setCategory(target.value)}>
          {block.categories.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </select>
        <input
          id={fileId}
          className="unseen"
          type="file"
          multiple
          accept={Object.keys(block.types)
            .map((ending) => `.${ending}`)
            .join(',')}
          onChange={choose}
        />
        <label className="button" htmlFor={fileId}>
          Upload files
        </label>
        <span className="hint">
          PDF, JPEG, PNG or HEIC, at most 15 MB each. The customer can see them, too.
        </span>
      </div>
      {items.length > 0 && (
        <ul className="uploads" aria-live="polite">
          {items.map((item) => (
            <li key={item.key}>
              <span className="words">{item.file.name}</span>
              {(item.state === 'sending' || item.state === 'checking') && (
                <progress max={100} value={item.percent} aria-label={`Sending ${item.file.name}`} />
              )}
              <span className={item.state === 'failed' ? 'bad' : 'hint'}>{stateWords(item)}</span>
              {item.state === 'failed' && (
                <button type="button" onClick={() => void start(item)}>
                  Try again
                </button>
              )}
              {item.state === 'sending' && (
                <button type="button" onClick={() => running.current.get(item.key)?.cancel()}>
                  Cancel
                </button>
              )}
              {item.state === 'failed' && (
                <button type="button" onClick={() => drop(item.key)}>
                  Remove
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isIn('done') && !isIn('sending', 'checking') && (
        <p className="form-actions">
          <button type="button" onClick={() => window.location.reload()}>
            Show them in the list
          </button>
        </p>
      )}
    </>
  );
}

function stateWords({ state, percent, message }: Item): string {
  if (state === 'sending') return `${percent}%`;
  if (state === 'checking') return 'Being checked…';
  return state === 'done' ? 'Stored' : (message ?? 'Not sent.');
}
