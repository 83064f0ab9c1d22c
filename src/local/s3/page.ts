import { formatInstant, parseInstant } from '../../clock.ts';
import type { StoredObject } from './store.ts';
import type { World } from './world.ts';
import { escapeMarkup as e } from './xml.ts';

const LISTED = 200;

const style = `
*{box-sizing:border-box}
body{font:16px/1.5 system-ui,sans-serif;color:#14213d;background:#fff;margin:0 auto;padding:1.5rem;max-width:72rem}
h1{font-size:1.5rem;margin:0}p{color:#4a5670;margin:.25rem 0 1rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:.5rem .75rem;border-bottom:1px solid #e7eaf0;vertical-align:top}
th{color:#4a5670;font-weight:600;font-size:.875rem}
td:first-child{overflow-wrap:anywhere;min-width:16rem}
.number{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}time{white-space:nowrap}
a{color:#1d4ed8}:focus-visible{outline:3px solid #1d4ed8;outline-offset:2px}
.empty{padding:3rem 1rem;text-align:center}`;

/** What lies in the bucket, newest first. It runs no script and asks nothing of the outside. */
export function objectsPage({ store, bucket }: World): string {
  const objects = store.list('object').sort((one, other) => (one.at < other.at ? 1 : -1));
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Files</title><style>${style}</style></head><body><main>
<h1>Files</h1><p>This stands in for Amazon S3 on this machine: what is uploaded stays here, in the bucket ${e(bucket)}.</p>
${objects.length === 0 ? '<p class="empty">No file yet. Upload a document to a booking: it shows up here.</p>' : table(objects)}
</main></body></html>`;
}

function table(objects: readonly StoredObject[]): string {
  const rows = objects.slice(0, LISTED).map(
    ({ key, size, headers, at }) =>
      `<tr><td><a href="/_files?key=${e(encodeURIComponent(key))}">${e(key)}</a></td><td>${e(headers['content-type'] ?? '')}</td>
<td class="number">${e(bytesInWords(size))}</td><td><time datetime="${e(at)}">${e(formatInstant(parseInstant(at)))}</time></td></tr>`,
  );
  const more = objects.length > LISTED ? `<p>The newest ${LISTED} of ${objects.length}.</p>` : '';
  return `<div class="wide"><table><thead><tr><th scope="col">Key</th><th scope="col">Type</th><th scope="col" class="number">Size</th><th scope="col">Stored</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></div>${more}`;
}

function bytesInWords(size: number): string {
  if (size < 1_000) return size === 1 ? '1 byte' : `${size} bytes`;
  const [unit, by] = size < 1_000_000 ? (['kB', 1_000] as const) : (['MB', 1_000_000] as const);
  return `${(size / by).toLocaleString('en-US', { maximumFractionDigits: 1 })} ${unit}`;
}
