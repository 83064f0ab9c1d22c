import { buildingTemplates } from './building-coi.ts';
import { customerBookingTemplates } from './customer-booking.ts';
import { customerChoiceTemplates } from './customer-choice.ts';
import { customerCoiTemplates } from './customer-coi.ts';
import { customerDoorTemplates } from './customer-door.ts';
import { customerMoneyTemplates } from './customer-money.ts';
import { customerRoadTemplates } from './customer-road.ts';
import { staffMailTemplates } from './staff-mail.ts';
import type { TemplateType } from './template-type.ts';

export type { TemplateType } from './template-type.ts';

/** Every kind of mail we send, with its default words. Staff edit copies of them in the panel. */
export const templateTypes = {
  ...customerBookingTemplates,
  ...customerMoneyTemplates,
  ...customerRoadTemplates,
  ...customerCoiTemplates,
  ...customerChoiceTemplates,
  ...buildingTemplates,
  ...customerDoorTemplates,
  ...staffMailTemplates,
} as const satisfies Record<string, TemplateType>;

export type NotificationType = keyof typeof templateTypes;
