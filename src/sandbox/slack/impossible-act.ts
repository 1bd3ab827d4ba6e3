/** Somebody tried what cannot be done in the client: no such person, button, open window. */
export class ImpossibleAct extends Error {
  override readonly name = 'ImpossibleAct';
}
