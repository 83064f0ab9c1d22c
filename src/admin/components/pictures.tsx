import React, { useState } from 'react';
import { getPicture } from './api.ts';
import type { PicturesBlock } from './types.ts';

/** Pictures behind buttons: each is fetched, and its look written down, when somebody wants to see it. */
export function Pictures({ block }: { block: PicturesBlock }) {
  return (
    <>
      <ul className="pictures">
        {block.pictures.map((each) => (
          <Picture key={each.path} {...each} />
        ))}
      </ul>
      <p className="help">{block.note}</p>
    </>
  );
}

function Picture({ label, path }: PicturesBlock['pictures'][number]) {
  const [source, setSource] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(false);
  const show = async () => {
    setLoading(true);
    setTrouble(null);
    try {
      setSource(await getPicture(path));
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : 'The picture could not be shown.');
    }
    setLoading(false);
  };
  return (
    <li aria-busy={isLoading}>
      <div className="picture-head">
        <strong>{label}</strong>
        <button
          type="button"
          aria-label={source ? `Hide ${label}` : `Show ${label}`}
          disabled={isLoading}
          onClick={() => (source ? setSource(null) : void show())}
        >
          {isLoading ? 'Loading…' : source ? 'Hide' : 'Show'}
        </button>
      </div>
      {source && <img src={source} alt={label} />}
      {trouble && (
        <p className="error" role="alert">
          {trouble}
        </p>
      )}
    </li>
  );
}
