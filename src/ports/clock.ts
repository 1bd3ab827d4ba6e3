/** The only source of time for everything but the adapters. */
export interface Clock {
  now(): Date;
}
