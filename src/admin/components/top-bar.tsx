import React, { useEffect, useRef } from 'react';
import { useSelector } from 'react-redux';
import { Link, useNavigate } from 'react-router-dom';

interface State {
  readonly session: { readonly title: string; readonly role: string } | null;
}

const roleWords: Readonly<Record<string, string>> = { admin: 'Admin', staff: 'Staff', viewer: 'Viewer' };

/** The phone rings: from any page, type who it is. The slash key leads here. */
export default function TopBar({ toggleSidebar }: { toggleSidebar: () => void }) {
  const session = useSelector((state: State) => state.session);
  const navigate = useNavigate();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const lead = (event: KeyboardEvent) => {
      const { target } = event;
      const isTyping =
        target instanceof HTMLElement &&
        (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      box.current?.focus();
    };
    document.addEventListener('keydown', lead);
    return () => document.removeEventListener('keydown', lead);
  }, []);
  return (
    <header className="top-bar">
      <button
        type="button"
        className="skip"
        onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}
      >
        Skip to the page
      </button>
      <button type="button" className="menu" onClick={toggleSidebar} aria-label="Menu">
        ☰
      </button>
      {/* biome-ignore lint/a11y/useSemanticElements: the search element has no form to submit */}
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const typed = box.current?.value.trim() ?? '';
          if (typed === '') return;
          navigate(`/admin/resources/bookings?${new URLSearchParams({ 'filters.q': typed })}`);
          if (box.current) box.current.value = '';
        }}
      >
        <label htmlFor="find-booking" className="unseen">
          Find a booking
        </label>
        <input
          ref={box}
          id="find-booking"
          type="search"
          placeholder={
            session?.role === 'viewer'
              ? 'Find a booking: number or name'
              : 'Find a booking: number, name, e-mail or phone'
          }
          maxLength={200}
        />
        <kbd title="Press / to search">/</kbd>
      </form>
      {session && (
        <div className="me">
          <Link to="/admin/pages/profile">
            {session.title} <span className="role">{roleWords[session.role]}</span>
          </Link>
          <form method="post" action="/admin/logout">
            <button type="submit">Sign out</button>
          </form>
        </div>
      )}
    </header>
  );
}
