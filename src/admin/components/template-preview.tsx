import React, { useEffect, useState } from 'react';
import { postJson } from './api.ts';
import { Message } from './parts.tsx';
import type { Answer, Errors } from './types.ts';

interface Mail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

interface Props {
  readonly path: string;
  readonly words: Mail;
  readonly bookingNumber: string;
  /** `null` for mail that is about no booking. */
  readonly setBookingNumber: ((typed: string) => void) | null;
  readonly found: Errors;
  readonly setFound: (found: Errors) => void;
}

const PAUSE_MS = 500;
// From here on both stand side by side (panel.css).
const ROOMY = 1380;
const widths = [
  { pixels: 600, label: 'Computer' },
  { pixels: 360, label: 'Phone' },
];

/** The mail as it would go out, a moment after each change; the last good one stays while the words are not fit. */
export function TemplatePreview({ path, words, bookingNumber, setBookingNumber, found, setFound }: Props) {
  const [mail, setMail] = useState<Mail | null>(null);
  const [refused, setRefused] = useState<string | null>(null);
  const [width, setWidth] = useState(window.innerWidth < ROOMY ? 360 : 600);
  const body = JSON.stringify({ ...words, bookingNumber });
  useEffect(() => {
    let isCurrent = true;
    const timer = window.setTimeout(() => {
      postJson<Answer>(`${path}/preview`, JSON.parse(body)).then(
        ({ notice, record }) => {
          if (!isCurrent) return;
          const isGood = notice?.type !== 'error';
          if (isGood) setMail(record?.shown as Mail);
          setFound(isGood ? {} : (record?.errors ?? {}));
          setRefused(isGood ? null : (notice?.message ?? null));
        },
        (error: Error) => isCurrent && setRefused(error.message),
      );
    }, PAUSE_MS);
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [path, body, setFound]);
  const ofNumber = found.bookingNumber?.message;
  return (
    <section className="card template-preview" aria-label="Preview">
      <div className="preview-tools">
        <h2>Preview</h2>
        {setBookingNumber && (
          <label>
            Booking
            <input
              type="text"
              value={bookingNumber}
              placeholder="Samples"
              maxLength={20}
              aria-invalid={ofNumber ? true : undefined}
              aria-describedby="preview-help"
              onChange={(event) => setBookingNumber(event.target.value)}
            />
          </label>
        )}
        <fieldset className="chips">
          <legend className="unseen">Width</legend>
          {widths.map(({ pixels, label }) => (
            <button
              key={pixels}
              type="button"
              aria-pressed={width === pixels}
              onClick={() => setWidth(pixels)}
            >
              {label} <span className="figure">{pixels}</span>
            </button>
          ))}
        </fieldset>
      </div>
      <p className="help" id="preview-help">
        {setBookingNumber && 'A number like TT-000123, or empty for the samples. '}
        Links lead nowhere here, and pictures from elsewhere are not loaded.
      </p>
      {refused && (
        <Message tone="bad">
          {ofNumber ??
            (Object.keys(found).length > 0
              ? 'This cannot be sent as it stands: see what is wrong at its field.'
              : refused)}
        </Message>
      )}
      {mail && (
        <div className={refused ? 'stale' : undefined}>
          <p className="mail-subject">
            <span className="hint">Subject</span>
            {mail.subject}
          </p>
          <div className="scroll">
            <iframe
              title="The mail in HTML"
              sandbox=""
              srcDoc={mail.html.replace(/ href="[^"]*"/g, '')}
              style={{ width }}
            />
          </div>
          <details>
            <summary>Plain text</summary>
            <pre className="mail-text">{mail.text}</pre>
          </details>
        </div>
      )}
    </section>
  );
}
