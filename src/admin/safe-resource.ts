import { Resource as SequelizeResource } from '@adminjs/sequelize';
import {
  type ActionContext,
  type BaseProperty,
  BaseRecord,
  type BaseResource,
  ForbiddenError,
} from 'adminjs';
import type { Context } from '../context.ts';
import { mayAct } from '../resources/_kit/policy.ts';
import type { ResourceDefinition } from './kit/define-resource.ts';
import { typeNameOf } from './kit/list-query.ts';
import { keyOf, readRow } from './kit/read-rows.ts';
import { type CurrentStaff, staffContext } from './session.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * AdminJS's access to a noun, by its policy. What AdminJS would do by itself is closed here; lists, pages and changes
 * go through our own handlers (`actions.ts`), which read by `read-rows.ts` and write by use cases.
 */
export class SafeResource extends SequelizeResource {
  readonly definition: ResourceDefinition;
  readonly #base: Context;

  constructor(definition: ResourceDefinition, base: Context) {
    super(definition.noun.model as never);
    this.definition = definition;
    this.#base = base;
  }

  override id(): string {
    return this.definition.noun.policy.id;
  }

  /** References are resolved by `read-rows.ts`, for the role; AdminJS would load the whole of the other record. */
  override properties(): BaseProperty[] {
    return super.properties().map(withoutReference);
  }

  override property(path: string): BaseProperty | null {
    const property = super.property(path);
    return property && withoutReference(property);
  }

  /** The record that an action of AdminJS is about. Who may not look at the noun learns nothing, not even whether it is there. */
  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    const staff = staffIn(context);
    const key = keyOf(this.definition);
    if (!staff || !mayAct(this.definition.noun.policy, 'show', staff.role)) return this.record({ [key]: id });
    if (!this.#isKey(id)) return null;
    const row = await readRow(staffContext(this.#base, staff), this.definition, id);
    return row && this.record(row);
  }

  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    const found = await Promise.all(ids.slice(0, 100).map((id) => this.findOne(String(id), context)));
    return found.filter((record) => record !== null);
  }

  override async find(): Promise<never> {
    throw new ForbiddenError();
  }

  override async count(): Promise<never> {
    throw new ForbiddenError();
  }

  override async create(): Promise<never> {
    throw new ForbiddenError();
  }

  override async update(): Promise<never> {
    throw new ForbiddenError();
  }

  override async delete(): Promise<never> {
    throw new ForbiddenError();
  }

  record(row: Readonly<Record<string, unknown>>): BaseRecord {
    return new BaseRecord(row, this as unknown as BaseResource);
  }

  #isKey(id: string): boolean {
    const key = keyOf(this.definition);
    return typeNameOf(this.definition.noun.model, key) !== 'UUID' || UUID.test(id);
  }
}

function staffIn(context: ActionContext | undefined): CurrentStaff | null {
  return (context?.currentAdmin as CurrentStaff | undefined) ?? null;
}

function withoutReference(property: BaseProperty): BaseProperty {
  property.reference = () => null;
  return property;
}
