import { lookedAtBy, office, type ResourcePolicy, readable, writable } from '../_kit/policy.ts';

/** The office reads and writes the words of mails; a viewer sees none of them (`rules.md` §7). */
export const emailTemplatePolicy: ResourcePolicy = {
  id: 'emailTemplates',
  subject: 'emailTemplate',
  fields: {
    ...readable(
      office,
      'id',
      'type',
      'isEdited',
      'changedBy',
      'changedAt',
      'version',
      'createdAt',
      'updatedAt',
    ),
    ...writable(office, office, 'subject', 'html', 'text'),
  },
  actions: {
    ...lookedAtBy(office),
    edit: office,
    preview: office,
    sendTest: office,
    restore: office,
    reset: office,
  },
};
