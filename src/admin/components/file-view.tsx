import React, { useEffect, useState } from 'react';
import { postJson } from './api.ts';
import { Message } from './parts.tsx';
import type { FileBlock } from './types.ts';

/** A document as it is, from an address that is asked for now and good for a short while. */
export function FileView({ block: { documentId, fileName, contentType } }: { block: FileBlock }) {
  const [url, setUrl] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const isShown = contentType !== 'image/heic';
  useEffect(() => {
    let isCurrent = true;
    if (!isShown) return;
    setError(null);
    open(documentId, 'inline').then(
      (address) => isCurrent && setUrl(address),
      (problem: Error) => isCurrent && setError(problem.message),
    );
    return () => {
      isCurrent = false;
    };
  }, [documentId, isShown, turn]);
  const download = () =>
    open(documentId, 'attachment').then(
      (address) => window.location.assign(address),
      (problem: Error) => setError(problem.message),
    );
  const failed = () => setError('The file could not be shown.');
  return (
    <div className="file-view">
      {error && <Message tone="bad">{error}</Message>}
      {!isShown && <p className="empty">Browsers do not show HEIC pictures. Download it to look at it.</p>}
      {url && contentType === 'application/pdf' && <iframe src={`${url}${PAGE_ALONE}`} title={fileName} />}
      {url && contentType !== 'application/pdf' && <img src={url} alt={fileName} onError={failed} />}
      <p className="form-actions">
        <button type="button" onClick={() => void download()}>
          Download
        </button>
        {error && isShown && (
          <button type="button" onClick={() => setTurn((now) => now + 1)}>
            Try again
          </button>
        )}
      </p>
    </div>
  );
}

/** To the browser's own viewer: the page as wide as there is room, and nothing beside it. */
const PAGE_ALONE = '#navpanes=0&view=FitH';

async function open(documentId: string, disposition: 'inline' | 'attachment'): Promise<string> {
  const { url } = await postJson<{ url: string }>(`/documents/${documentId}/open`, { disposition });
  return url;
}
