import { formatInstant, fromEpochSeconds } from '../../clock.ts';
import { type Task, taskState, type Worker } from './shapes.ts';
import type { World } from './world.ts';

const TASKS_SHOWN = 50;

/** The stand-in's one page, without any request outside. */
export function landingPage(world: World): string {
  const tasks = world.store.list('task').slice(0, TASKS_SHOWN);
  const workers = world.store.list('worker').reverse();
  return page(
    'Onfleet stand-in',
    `<p>This stands in for Onfleet on this machine: no driver hears of it. The buttons do what a dispatcher and the crew would do.</p>
<h2>Tasks</h2>
${tasks.length === 0 ? '<p>No task yet. A paid booking makes some.</p>' : `<ul>${tasks.map((task) => taskItem(world, task)).join('')}</ul>`}
<h2>Workers</h2>
<ul>${workers.map((worker) => workerItem(world, worker)).join('')}</ul>`,
  );
}

function taskItem(world: World, task: Task): string {
  const { number, street, apartment, city } = task.destination.address;
  const worker = task.worker === null ? undefined : world.store.get('worker', task.worker);
  const address = `${number} ${street}${apartment && `, ${apartment}`}, ${city}`;
  return `<li><h3><code>${escapeHtml(task.shortId)}</code> ${task.pickupTask ? 'Pick-up' : 'Drop-off'}</h3>
<dl>${row('Where', address)}${row('When', windowOf(task))}${row('Worker', worker?.name ?? 'nobody')}${row('State', stateOf(task))}</dl>
${buttonsOf(task)}</li>`;
}

function workerItem(world: World, worker: Worker): string {
  const active = worker.activeTask === null ? undefined : world.store.get('task', worker.activeTask);
  const doing = active ? `under way with ${active.shortId}` : 'free';
  return `<li><h3>${escapeHtml(worker.name)}</h3>
<dl>${row('Phone', worker.phone)}${row('Duty', worker.onDuty ? `on duty, ${doing}` : 'off duty')}${row('Tasks', String(worker.tasks.length))}</dl></li>`;
}

function buttonsOf(task: Task): string {
  const { unassigned, assigned, active } = taskState;
  if (task.state === unassigned) return button(task, 'assign', 'Assign');
  if (task.state === assigned) return button(task, 'start', 'Start');
  if (task.state !== active) return '';
  const arrived = task.completionDetails.events.some(({ name }) => name === 'arrival');
  const evidence = '<input type="hidden" name="photo" value="true">';
  return `${arrived ? '' : button(task, 'arrive', 'Arrive')}${button(task, 'complete', 'Complete', evidence)}${button(task, 'fail', 'Fail')}`;
}

function button(task: Task, verb: string, name: string, fields = ''): string {
  const label = `${name} task ${escapeHtml(task.shortId)}`;
  return `<form method="post" action="/simulate/tasks/${encodeURIComponent(task.id)}/${verb}">${fields}<button aria-label="${label}">${name}</button></form>`;
}

function windowOf({ completeAfter, completeBefore }: Task): string {
  const after = completeAfter === null ? '' : `from ${newYorkTime(completeAfter)}`;
  const before = completeBefore === null ? '' : `until ${newYorkTime(completeBefore)}`;
  return [after, before].filter(Boolean).join(' ') || 'any time';
}

function newYorkTime(milliseconds: number): string {
  return formatInstant(fromEpochSeconds(milliseconds / 1_000));
}

function stateOf({ state, completionDetails: { success, failureReason, events } }: Task): string {
  if (success === false) return `failed (${failureReason.toLowerCase().replaceAll('_', ' ')})`;
  if (success) return 'completed';
  if (events.some(({ name }) => name === 'arrival')) return 'arrived';
  return ['unassigned', 'assigned', 'under way'][state] ?? '';
}

function row(name: string, value: string): string {
  return `<div><dt>${name}</dt><dd>${escapeHtml(value)}</dd></div>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><style>
body{font:16px/1.5 system-ui,sans-serif;color:#14213d;max-width:56rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}h3{font-size:1rem;margin:0}
ul{list-style:none;padding:0}li{border-top:1px solid #e2e5ec;padding:.75rem 0}
dl{margin:.25rem 0}dl div{display:flex;gap:.5rem}dt{flex:0 0 4.5rem;color:#4a5568}dd{margin:0;overflow-wrap:anywhere;min-width:0}
form{display:inline-block;margin:.25rem .5rem 0 0}
button{font:inherit;padding:.4rem 1rem;min-height:44px;border:1px solid #14213d;border-radius:6px;background:#fff;color:#14213d}
</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
}
