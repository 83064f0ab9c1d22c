import type { Block } from '../../../admin/kit/define-resource.ts';

/** The paper of a record, to hand on to its customer. */
export function paperBlock(title: string, kind: 'receipts' | 'refund-notes', id: string): Block {
  const href = `/admin/papers/${kind}/${id}.pdf`;
  return {
    kind: 'table',
    title,
    head: [''],
    rows: [[{ text: `${title} for the customer (PDF)`, href, isFile: true }]],
    empty: '',
  };
}
