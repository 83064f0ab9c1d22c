import { Icon } from '@adminjs/design-system';
import React from 'react';
import { useSelector } from 'react-redux';
import { Link, useLocation } from 'react-router-dom';
import type { ResourceJson } from './types.ts';
import { useLabel } from './use-label.ts';

interface State {
  readonly resources: readonly ResourceJson[];
  readonly session: { readonly role: string } | null;
}

/** What the role can open, in the order of a working day. */
export default function Sidebar({ isVisible }: { isVisible: boolean }) {
  const resources = useSelector((state: State) => state.resources);
  const session = useSelector((state: State) => state.session);
  const label = useLabel();
  const groups = new Map<string, ResourceJson[]>();
  for (const resource of resources) {
    if (resource.href === null || !resource.navigation) continue;
    const { name } = resource.navigation;
    groups.set(name, [...(groups.get(name) ?? []), resource]);
  }
  const maySeeSettings = session?.role === 'admin' || session?.role === 'staff';
  return (
    <nav className={`sidebar${isVisible ? ' open' : ''}`} aria-label="Main">
      <p className="brand">
        <Link to="/admin">
          <img src="/admin/frontend/assets/favicon.svg" alt="" width={28} height={28} /> ToteTaxi
        </Link>
      </p>
      <ul>
        <Entry to="/admin" icon="Home" exact>
          Today
        </Entry>
      </ul>
      {[...groups].map(([name, own]) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          <ul>
            {name === 'Vans' && (
              <Entry to="/admin/pages/calendar" icon="Calendar">
                Calendar
              </Entry>
            )}
            {name === 'Deliveries' && (
              <Entry to="/admin/pages/dispatch" icon="Map">
                Dispatch board
              </Entry>
            )}
            {own.map(({ id, href, navigation }) => (
              <Entry key={id} to={href ?? ''} icon={navigation?.icon ?? 'Circle'}>
                {label(id)}
              </Entry>
            ))}
            {name === 'Deliveries' && (
              <Entry to="/admin/pages/analytics" icon="BarChart2">
                Analytics
              </Entry>
            )}
            {name === 'Catalog' && maySeeSettings && (
              <Entry to="/admin/pages/settings" icon="Settings">
                Settings
              </Entry>
            )}
          </ul>
        </section>
      ))}
    </nav>
  );
}

function Entry({
  to,
  icon,
  exact,
  children,
}: {
  to: string;
  icon: string;
  exact?: boolean;
  children: React.ReactNode;
}) {
  const { pathname } = useLocation();
  const isHere = exact
    ? pathname.replace(/\/$/, '') === to
    : pathname === to || pathname.startsWith(`${to}/`);
  return (
    <li>
      <Link to={to} aria-current={isHere ? 'page' : undefined}>
        <Icon icon={icon} size={16} aria-hidden /> {children}
      </Link>
    </li>
  );
}
