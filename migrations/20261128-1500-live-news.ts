/**
 * An intent that is noted at its payment is no news: to the customer a payment is pending before and after it. PostgreSQL
 * lets transactions that notify commit one at a time and wakes every listener for each, so a checkout says one word, not two.
 */

export const up = /* sql */ `
drop trigger notify_live on payments;
create trigger notify_live after insert on payments for each row execute function notify_live();
create trigger notify_live_update after update on payments for each row
  when (not (old.status = 'created' and new.status = 'pending')) execute function notify_live();
`;

export const down = /* sql */ `
drop trigger notify_live_update on payments;
drop trigger notify_live on payments;
create trigger notify_live after insert or update on payments for each row execute function notify_live();
`;
