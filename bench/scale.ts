/** How much is measured. The quick one shows that everything runs; its numbers are too few to trust, one of each where it can. */
export interface Scale {
  readonly rounds: number;
  readonly acks: number;
  /** Rounds of look-ups before the first that counts. */
  readonly warmUps: number;
  readonly lookups: number;
  readonly slowLookups: number;
  readonly stalledAcks: number;
  readonly pacedAcks: number;
  readonly stored: number;
  readonly storeRounds: number;
  readonly mapped: number;
  readonly loads: number;
  readonly synced: number;
  readonly syncRounds: number;
  readonly starts: number;
  readonly memoryStep: number;
  readonly memorySteps: number;
}

export const FULL: Scale = {
  rounds: 7,
  acks: 2_000,
  warmUps: 3,
  lookups: 1_500,
  slowLookups: 30,
  stalledAcks: 400,
  pacedAcks: 500,
  stored: 10_000,
  storeRounds: 15,
  mapped: 100_000,
  loads: 3,
  synced: 100_000,
  syncRounds: 3,
  starts: 3,
  memoryStep: 2_000,
  memorySteps: 5,
};

export const QUICK: Scale = {
  rounds: 1,
  acks: 64,
  warmUps: 0,
  lookups: 32,
  slowLookups: 3,
  stalledAcks: 20,
  pacedAcks: 25,
  stored: 300,
  storeRounds: 3,
  mapped: 2_000,
  loads: 1,
  synced: 2_000,
  syncRounds: 1,
  starts: 1,
  memoryStep: 32,
  memorySteps: 3,
};
