import type { Locale } from 'adminjs';
import type { ResourceDefinition } from './kit/define-resource.ts';

/** The words that AdminJS itself says; those of the screens stand in their definitions. */
export function locale(resources: readonly ResourceDefinition[]): Locale {
  const labels = resources.map(({ noun, label }) => [noun.policy.id, label.many] as const);
  return {
    language: 'en',
    availableLanguages: ['en'],
    translations: {
      en: {
        labels: Object.fromEntries(labels),
        messages: {
          anyForbiddenError: 'You may not do this.',
          errorFetchingRecords: 'The list could not be loaded. Please try again.',
          errorFetchingRecord: 'This could not be loaded. Please try again.',
          forbiddenError: 'You may not do this.',
          thereWereValidationErrors: 'Some fields need your attention.',
          error404Resource: 'There is no such page in the panel.',
          error404Record: 'There is no such record, or you may not see it.',
          error404Action: 'There is no such page in the panel, or you may not use it.',
          seeConsoleForMore: 'If it goes on, tell the people who run the panel.',
        },
      },
    },
  };
}
