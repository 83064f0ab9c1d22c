import { count, instant, longText, made, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { fieldWords } from '../../admin/kit/history.ts';
import { Heartbeat } from './heartbeat.model.ts';
import { heartbeatPolicy } from './heartbeat.policy.ts';

const nameOf = (name: unknown) => fieldWords(String(name).replace(/-/g, '_'));

export const heartbeats = defineResource({
  noun: { model: Heartbeat, policy: heartbeatPolicy },
  label: { one: 'Schedule', many: 'Schedules' },
  group: 'System',
  icon: 'Activity',
  title: { fields: ['name'], of: (row) => nameOf(row.name) },
  columns: {
    name: { ...text('Schedule'), cell: (value) => ({ text: nameOf(value) }) },
    state: made(
      'State',
      ['lastError', 'succeededAt'],
      ({ lastError, succeededAt }) =>
        lastError !== null
          ? { text: 'Failing', tone: 'bad' }
          : succeededAt === null
            ? { text: 'Not run yet', tone: 'quiet' }
            : { text: 'Working', tone: 'good' },
      (of) =>
        `case when ${of('lastError')} is not null then 'Failing' when ${of('succeededAt')} is null then 'Not run yet' else 'Working' end`,
    ),
    startedAt: instant('Last started'),
    succeededAt: instant('Last done'),
    finishedAt: instant('Last ended'),
    dueAt: instant('Next'),
    durationMs: {
      ...count('Took'),
      cell: (value) => (value === null ? null : { text: `${Number(value)} ms` }),
    },
    lastError: longText('Last error'),
  },
  list: ['name', 'state', 'succeededAt', 'dueAt', 'durationMs', 'lastError'],
  sections: [
    {
      title: 'Schedule',
      columns: [
        'name',
        'state',
        'startedAt',
        'finishedAt',
        'succeededAt',
        'dueAt',
        'durationMs',
        'lastError',
      ],
    },
  ],
  filters: ['succeededAt'],
  search: ['name'],
  searchWords: 'Schedule',
  sort: { by: 'name', direction: 'asc' },
  empty: 'No schedule has run yet. A worker leaves its first sign within a minute.',
});
