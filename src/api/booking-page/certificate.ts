import { formatServiceDay } from '../../clock.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import type { BookingStatus } from '../../resources/bookings/booking.states.ts';
import { fileEndings, LARGEST_FILE_BYTES } from '../../resources/documents/document.states.ts';
import type { Certificate } from '../../resources/documents/read-certificate.ts';
import { message } from '../pages/page.ts';

const open: readonly BookingStatus[] = ['inquiry', 'pending_payment', 'confirmed', 'in_progress'];
const types = ['application/pdf', 'image/jpeg', 'image/png'] as const;

/** How the booking stands with its certificate of insurance, and a form to send one; nothing where none is needed. */
export function certificateSection(booking: Booking, certificate: Certificate): string {
  if (certificate.status === 'not_required' || !open.includes(booking.status as BookingStatus)) return '';
  return `<section id="coi" aria-labelledby="coi-title"><h2 id="coi-title" tabindex="-1">Certificate of insurance</h2>
${standing(certificate)}</section>`;
}

function standing({ status, rejectedReason, expiryDate }: Certificate): string {
  switch (status) {
    case 'approved': {
      const until = expiryDate === null ? '' : ` It is good until ${formatServiceDay(expiryDate)}.`;
      return message('good', `Your certificate is approved.${until} There is nothing else to do.`);
    }
    case 'submitted':
      return `${message('warn', 'We have your certificate and are checking it. We write to you once that is done.')}
<details><summary>Was it the wrong file, or is there another one?</summary>${form('Send another certificate')}</details>`;
    case 'rejected': {
      const why = rejectedReason === null ? '' : ` ${rejectedReason}`;
      return `${message('bad', `We could not accept your certificate.${why}`)}
${form('Send a new certificate')}`;
    }
    default:
      return `${message('warn', 'We still need the certificate. Without it, the building can turn our crew away.')}
<p>Ask your building manager for their requirements, and send us the certificate as a PDF or a picture.</p>
${form('Send the certificate')}`;
  }
}

/** Shown by the script that sends it: the file goes straight to the store. */
function form(label: string): string {
  return `<noscript><p>To send it here, please allow scripts; or reply to our mail with the file.</p></noscript>
<form id="certificate" hidden><label for="file">PDF, JPEG or PNG, at most 15 MB</label>
<input id="file" name="file" type="file" accept="${types.join(',')}" aria-describedby="problem">
<p id="problem" class="message bad" role="alert" hidden></p>
<progress max="100" value="0" aria-label="How much is sent" hidden></progress>
<p id="told" class="hint" role="status"></p>
<button type="submit">${label}</button></form>`;
}

const endings = Object.fromEntries(
  types.flatMap((type) => fileEndings[type].map((ending) => [ending, type])),
);

/**
 * Sends the file: announced, then straight to the store by the form that it gives, then completed. Stands where the page's
 * own script has `path` and `token` and can `read` the page anew.
 */
export const sendingScript = `
  const find = (selector) => document.querySelector('#certificate ' + selector);
  const types = ${JSON.stringify(endings)};
  const ask = async (where, body) => {
    const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
    const answer = await fetch(path + where, { method: 'POST', headers, body: JSON.stringify(body) });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.errors?.[0]?.message ?? said.detail);
    return said;
  };
  const post = ({ url, fields }, file) => new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', file);
    const request = new XMLHttpRequest();
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      const percent = total > 0 ? Math.floor((loaded * 100) / total) : 0;
      find('progress').value = percent;
      find('#told').textContent = percent < 100 ? percent + ' % is sent.' : 'All is sent. We look whether it arrived well.';
    });
    request.addEventListener('load', () => request.status < 300 ? resolve() : reject(new Error('The file did not arrive. Please try again.')));
    request.addEventListener('error', () => reject(new Error('The connection broke. Please try again.')));
    request.open('POST', url);
    request.send(form);
  });
  const problemOf = (file) => {
    if (!file) return 'Please choose the file first.';
    if (!types[file.name.split('.').pop().toLowerCase()]) return 'This is no PDF, JPEG or PNG. Please choose another file.';
    if (file.size === 0) return 'This file is empty. Please choose another one.';
    if (file.size > ${LARGEST_FILE_BYTES}) return 'This file is larger than 15 MB. Please choose a smaller one.';
    return null;
  };
  const tell = (problem) => {
    find('#problem').textContent = problem ?? '';
    find('#problem').hidden = problem === null;
  };
  const sending = (isSending) => {
    busy = isSending;
    find('progress').value = 0;
    find('progress').hidden = !isSending;
    find('#told').textContent = isSending ? 'Sending.' : '';
    find('button').disabled = isSending;
  };
  const send = async (file) => {
    sending(true);
    try {
      const contentType = types[file.name.split('.').pop().toLowerCase()];
      const { document: made, upload } = await ask('/documents', { category: 'coi', fileName: file.name, contentType, byteSize: file.size });
      await post(upload, file);
      await ask('/documents/' + made.id + '/complete', {});
      sending(false);
      document.querySelector('#certificate').reset();
      await read();
      document.querySelector('#coi-title')?.focus();
    } catch (error) {
      sending(false);
      tell(error instanceof TypeError ? 'The connection broke. Please try again.' : error.message);
      find('#file').focus();
    }
  };
  const offer = () => {
    const form = document.querySelector('#certificate');
    if (form) form.hidden = false;
  };
  document.addEventListener('submit', (event) => {
    if (event.target.id !== 'certificate') return;
    event.preventDefault();
    if (busy) return;
    const [file] = find('#file').files;
    const problem = problemOf(file);
    tell(problem);
    if (problem === null) send(file);
    else find('#file').focus();
  });
  document.addEventListener('change', (event) => {
    if (event.target.id === 'file') tell(event.target.files.length > 0 ? problemOf(event.target.files[0]) : null);
  });
  offer();`;
