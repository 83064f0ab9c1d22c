import React, { useState } from 'react';
import { Link } from 'react-router-dom';
import { Message } from './parts.tsx';
import type { Answer } from './types.ts';

/** Something to hand on, shown once. */
export function Kept({
  answer,
  keep,
  to,
}: {
  answer: Answer;
  keep: { label: string; value: string };
  to: string;
}) {
  const [copied, setCopied] = useState(false);
  return (
    <section className="card">
      <Message tone="good">{answer.notice?.message}</Message>
      <label htmlFor="kept">{keep.label}</label>
      <p className="kept">
        <input id="kept" readOnly value={keep.value} onFocus={(event) => event.target.select()} />
        <button
          type="button"
          className="primary"
          onClick={() => {
            void navigator.clipboard.writeText(keep.value).then(
              () => setCopied(true),
              () => setCopied(false),
            );
          }}
        >
          {copied ? 'Copied' : 'Copy'}
        </button>
      </p>
      <p>
        <Link to={to}>Done</Link>
      </p>
    </section>
  );
}
