import { formatServiceDay } from '../../clock.ts';
import type { Booking } from '../../resources/bookings/booking.model.ts';
import { scoreWords } from '../../resources/bookings/score-words.ts';
import { escapeHtml, message, page } from '../pages/page.ts';

interface Typed {
  readonly score: string;
  readonly comment: string;
  readonly problem: string | null;
}

const nothing: Typed = { score: '', comment: '', problem: null };

/** The form in which a customer says how it went; with what was typed, when something was wrong with it. */
export function feedbackForm(nonce: string, booking: Booking, typed: Typed = nothing): string {
  const choices = Object.entries(scoreWords)
    .toReversed()
    .map(
      ([score, words]) =>
        `<label class="choice"><input type="radio" name="score" value="${score}" required${
          typed.score === score ? ' checked' : ''
        }><span>${score}</span>${words}</label>`,
    );
  return page(
    nonce,
    'How did we do?',
    `<p>Your booking ${escapeHtml(booking.number)}, ${formatServiceDay(booking.pickupDate)}.</p>
${typed.problem === null ? '' : message('bad', typed.problem)}
<form method="post"><fieldset><legend>How was your move?</legend>
${choices.join('\n')}</fieldset>
<label for="comment">Anything you want to tell us?</label>
<textarea id="comment" name="comment" rows="5" maxlength="2000" aria-describedby="hint">${escapeHtml(typed.comment)}</textarea>
<p class="hint" id="hint">You need not write anything. The people in our office read it.</p>
<button type="submit">Send</button></form>`,
  );
}

export function thanksPage(nonce: string, score: number): string {
  const words =
    score <= 2
      ? 'Thank you for telling us. We are sorry that it did not go well: somebody from our office calls you.'
      : 'Thank you for telling us. We read every answer.';
  return page(nonce, 'Thank you', message('good', words));
}

export function tooEarlyPage(nonce: string): string {
  return page(nonce, 'Not yet', message('warn', 'Please tell us how it went once the move is done.'));
}
