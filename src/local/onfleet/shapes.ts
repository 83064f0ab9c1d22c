/** Onfleet's objects, as far as the stand-in knows them. Times are milliseconds since the epoch. */

export const taskState = { unassigned: 0, assigned: 1, active: 2, completed: 3 } as const;
type TaskState = (typeof taskState)[keyof typeof taskState];

/** Longitude first. */
export type Location = readonly [longitude: number, latitude: number];

export interface Metadata {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
  readonly visibility?: readonly string[] | undefined;
}

export interface Address {
  readonly number: string;
  readonly street: string;
  readonly apartment: string;
  readonly city: string;
  readonly state: string;
  readonly postalCode: string;
  readonly country: string;
}

export interface Recipient {
  readonly id: string;
  readonly name: string;
  readonly phone: string;
  readonly notes: string;
  readonly skipSMSNotifications: boolean;
}

export type Container =
  | { readonly type: 'ORGANIZATION'; readonly organization: string }
  | { readonly type: 'WORKER'; readonly worker: string };

export interface CompletionDetails {
  /** Absent until the task is over. */
  readonly success?: boolean;
  readonly failureReason: string;
  readonly failureNotes: string;
  readonly successNotes: string;
  readonly notes: string;
  readonly time: number | null;
  readonly photoUploadId: string | null;
  readonly photoUploadIds: readonly string[] | null;
  readonly signatureUploadId: string | null;
  /** Empty until the worker was seen. */
  readonly firstLocation: Location | readonly [];
  readonly lastLocation: Location | readonly [];
  readonly events: readonly TaskEvent[];
}

interface TaskEvent {
  readonly name: 'start' | 'arrival' | 'completion';
  readonly time: number;
  readonly location: Location;
}

export interface Task {
  readonly id: string;
  readonly shortId: string;
  readonly trackingURL: string;
  readonly organization: string;
  readonly merchant: string;
  readonly executor: string;
  readonly creator: string;
  readonly state: TaskState;
  readonly worker: string | null;
  readonly container: Container;
  readonly destination: {
    readonly id: string;
    readonly address: Address;
    readonly location: Location;
    readonly notes: string;
  };
  readonly recipients: readonly Recipient[];
  readonly completeAfter: number | null;
  readonly completeBefore: number | null;
  readonly pickupTask: boolean;
  readonly dependencies: readonly string[];
  /** Minutes. */
  readonly serviceTime: number;
  readonly quantity: number;
  readonly notes: string;
  readonly metadata: readonly Metadata[];
  readonly eta: number | null;
  readonly delayTime: number | null;
  readonly completionDetails: CompletionDetails;
  readonly timeCreated: number;
  readonly timeLastModified: number;
}

export interface Worker {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly phone: string;
  readonly onDuty: boolean;
  readonly accountStatus: 'INVITED' | 'ACCEPTED';
  readonly activeTask: string | null;
  readonly tasks: readonly string[];
  readonly teams: readonly string[];
  readonly location: Location | null;
  readonly vehicle: Vehicle | null;
  readonly capacity: number;
  readonly metadata: readonly Metadata[];
  readonly timeCreated: number;
  readonly timeLastModified: number;
  readonly timeLastSeen: number;
}

interface Vehicle {
  readonly id: string;
  readonly type: string;
  readonly description: string | null;
  readonly licensePlate: string | null;
  readonly color: string | null;
}

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly trigger: number;
  readonly url: string;
  readonly threshold?: number | undefined;
  readonly isEnabled: boolean;
  /** Failures in a row. */
  readonly count: number;
}
