import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ComponentLoader } from 'adminjs';

const folder = join(import.meta.dirname, 'components');

/** AdminJS's own parts that ours stand in for. */
const overridden = {
  Sidebar: 'sidebar',
  TopBar: 'top-bar',
  ActionHeader: 'nothing',
  FilterDrawer: 'nothing',
  DefaultListAction: 'list-page',
  DefaultShowAction: 'record-page',
  DefaultEditAction: 'form-page',
  DefaultNewAction: 'form-page',
  Footer: 'nothing',
};

const added = {
  VerbPage: 'verb-page',
  AsItWasPage: 'as-it-was-page',
  Dashboard: 'dashboard',
  ProfilePage: 'profile-page',
  SettingsPage: 'settings-page',
  CalendarPage: 'calendar-page',
  TemplatePage: 'template-page',
  DispatchPage: 'dispatch-page',
  AnalyticsPage: 'analytics-page',
};

/** Every component, registered in one place; bundled by `bundle.ts` at build. */
export function componentLoader(): ComponentLoader {
  const loader = new ComponentLoader();
  const fileOf = (name: string) => join(folder, `${name}.tsx`);
  for (const [name, file] of Object.entries(overridden)) loader.override(name, fileOf(file));
  for (const [name, file] of Object.entries(added)) loader.add(name, fileOf(file));
  return loader;
}

/** Where the bundle lies in a build, or `null` in sources. */
export function bundleFile(): string | null {
  const file = join(import.meta.dirname, '../../panel/bundle.js');
  return existsSync(file) ? file : null;
}
