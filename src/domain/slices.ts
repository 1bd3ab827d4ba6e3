/** Runs work that is cut into slices, letting others have a `turn` after each. */
export async function inSlices<Result>(work: Generator<void, Result>, turn: () => Promise<unknown>): Promise<Result> {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
}
