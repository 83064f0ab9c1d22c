import { instant, longText, reference, text } from '../../admin/kit/columns.ts';
import { defineResource } from '../../admin/kit/define-resource.ts';
import { BookingNote } from './booking-note.model.ts';
import { bookingNotePolicy } from './booking-note.policy.ts';

export const bookingNotes = defineResource({
  noun: { model: BookingNote, policy: bookingNotePolicy },
  label: { one: 'Note', many: 'Notes' },
  group: 'Bookings',
  icon: 'MessageSquare',
  title: { fields: ['author'], of: (row) => `Note by ${String(row.author)}` },
  columns: {
    createdAt: instant('When'),
    author: text('Who'),
    text: longText('Note'),
    bookingId: reference('Booking', 'bookings'),
  },
  list: ['createdAt', 'bookingId', 'author', 'text'],
  sections: [{ title: 'Note', columns: ['bookingId', 'author', 'createdAt', 'text'] }],
  filters: ['createdAt', 'author'],
  search: ['text', 'author'],
  searchWords: 'Words of the note',
  sort: { by: 'createdAt', direction: 'desc' },
  empty: 'No note here. Notes are written on the page of their booking.',
});
