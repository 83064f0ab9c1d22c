import React, { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Answer, Values } from './types.ts';

interface Question {
  readonly sentences: readonly string[];
  readonly answer: (goes: boolean) => void;
}

const NOT_DONE: Answer = { notice: { type: 'error', message: 'Nothing was changed.' } };

/**
 * Asks what a change would do before it is sent. When there is something to know it is listed in a dialog that the keyboard
 * stays in, and the person decides; without anything to know it is simply done.
 */
export function useWarning(): {
  readonly checked: (body: Values, post: (body: Values) => Promise<Answer>) => Promise<Answer>;
  readonly dialog: ReactNode;
} {
  const [question, setQuestion] = useState<Question | null>(null);
  const checked = async (body: Values, post: (body: Values) => Promise<Answer>): Promise<Answer> => {
    const preview = await post({ ...body, preview: true });
    const sentences = preview.warnings ?? [];
    if (preview.notice?.type === 'error') return preview;
    const goes =
      sentences.length === 0 ||
      (await new Promise<boolean>((answer) => {
        setQuestion({ sentences, answer });
      }));
    setQuestion(null);
    return goes ? post(body) : NOT_DONE;
  };
  return { checked, dialog: question && <Ask question={question} /> };
}

function Ask({ question: { sentences, answer } }: { question: Question }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="wide" aria-labelledby="warning-title" onCancel={() => answer(false)}>
      <h2 id="warning-title">What will happen</h2>
      <ul className="consequences">
        {sentences.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      <p className="form-actions">
        <button type="button" className="primary" onClick={() => answer(true)}>
          Go ahead
        </button>
        <button type="button" onClick={() => answer(false)}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}
