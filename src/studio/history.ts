/** @file What was, so that it can be again. */

/** States in a row, one of which is now. */
export interface History<State> {
  readonly now: State;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** @param gesture - Changes in a row by one gesture are one step: a slider that is drawn. */
  set(next: State, gesture?: string): void;
  /** Ends a gesture: the same one is a step of its own the next time. */
  settle(): void;
  undo(): void;
  redo(): void;
}

/** Begins with one state. */
export function makeHistory<State>(first: State): History<State> {
  const states = [first];
  let at = 0;
  let last: string | undefined;
  const go = (to: number) => {
    at = Math.max(0, Math.min(states.length - 1, to));
    last = undefined;
  };
  return {
    get now() {
      return states[at] as State;
    },
    get canUndo() {
      return at > 0;
    },
    get canRedo() {
      return at < states.length - 1;
    },
    set(next, gesture) {
      if (gesture === undefined || gesture !== last) at++;
      states.splice(at, Number.POSITIVE_INFINITY, next);
      last = gesture;
    },
    settle() {
      last = undefined;
    },
    undo: () => go(at - 1),
    redo: () => go(at + 1),
  };
}
