import React from 'react';
import { FileView } from './file-view.tsx';
import { SmallTable } from './parts.tsx';
import { Pictures } from './pictures.tsx';
import { Timeline } from './timeline.tsx';
import type { Block } from './types.ts';
import { Uploads } from './uploads.tsx';

export function BlockView({ block }: { block: Block }) {
  return (
    <section className="card" aria-label={block.title}>
      <h2>{block.title}</h2>
      <BlockBody block={block} />
    </section>
  );
}

function BlockBody({ block }: { block: Block }) {
  if (block.kind === 'file') return <FileView key={block.documentId} block={block} />;
  if (block.kind === 'upload') return <Uploads block={block} />;
  if (block.kind === 'pictures') return <Pictures block={block} />;
  if (block.kind === 'text') return <p className="text">{block.text}</p>;
  return block.kind === 'timeline' ? <Timeline block={block} /> : <SmallTable block={block} />;
}
