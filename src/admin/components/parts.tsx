import React, { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router-dom';
import type { Cell, Labelled, TableBlock } from './types.ts';

/** A day, a number or a phone stays on one line. */
const SHORT = 16;

/** What is told apart by a line break is the day and the time, never the time and its half of the day. */
const unbroken = (text: string) => text.replace(/ (?=[ap]m\b)/g, '\u00a0');

/** A cell as people read it. */
export function CellView({ cell, link = true }: { cell: Cell | null | undefined; link?: boolean }) {
  if (!cell) return <span className="none">—</span>;
  const words = cell.tone ? (
    <span className={`badge ${cell.tone}`}>{cell.text}</span>
  ) : (
    <span className={cell.text.length <= SHORT ? 'words tight' : 'words'}>{unbroken(cell.text)}</span>
  );
  return (
    <>
      {cell.href && link ? <CellLink cell={cell}>{words}</CellLink> : words}
      {cell.hint && <span className="hint">{cell.hint}</span>}
    </>
  );
}

/** A page of the panel, a file, a phone or a mailbox. */
function CellLink({ cell: { href = '', isFile }, children }: { cell: Cell; children: ReactNode }) {
  if (href.startsWith('/') && !isFile) return <Link to={href}>{children}</Link>;
  return (
    <a href={href} download={isFile}>
      {children}
    </a>
  );
}

/** A page's frame: where one is, its name (which gets the focus, so that it is read out), what can be done. */
export function Page({
  title,
  back,
  actions,
  children,
}: {
  title: string;
  back?: { to: string; label: string };
  actions?: ReactNode;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · ToteTaxi`;
  }, [title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <main className="page">
      {back && (
        <p className="back">
          <Link to={back.to}>← {back.label}</Link>
        </p>
      )}
      <header className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions && <div className="page-actions">{actions}</div>}
      </header>
      {children}
    </main>
  );
}

/** What happened, said where it is seen and heard. */
export function Message({ tone, children }: { tone: 'good' | 'bad' | 'warn'; children: ReactNode }) {
  return (
    <div className={`message ${tone}`} role={tone === 'good' ? 'status' : 'alert'}>
      {children}
    </div>
  );
}

/** The message that the page before left for this one. */
export function PassedMessage() {
  const { state } = useLocation() as { state: { message?: string } | null };
  return state?.message ? <Message tone="good">{state.message}</Message> : null;
}

export function Loading() {
  return (
    <p className="loading" role="status">
      Loading…
    </p>
  );
}

export function Facts({ fields }: { fields: readonly Labelled[] }) {
  return (
    <dl className="facts">
      {fields.map(({ label, cell }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            <CellView cell={cell} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A table inside a card; without a visible head where the card's title says enough. */
export function SmallTable({
  block,
  isHeadless = false,
}: {
  block: Omit<TableBlock, 'kind'>;
  isHeadless?: boolean;
}) {
  if (block.rows.length === 0) return <p className="empty">{block.empty}</p>;
  const side = (index: number) => (block.right?.includes(index) ? 'number' : undefined);
  return (
    <div className="scroll">
      <table className="small">
        <thead className={isHeadless ? 'unseen' : undefined}>
          <tr>
            {block.head.map((words, index) => (
              <th key={words + String(index)} scope="col" className={side(index)}>
                {words}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {block.rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, index) => (
                <td key={block.head[index] ?? index} className={side(index)}>
                  {cell ? <CellView cell={cell} /> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
