/** Finds the message that breaks the connection: after a loss, messages that were in flight are sent one by one. */
export interface Suspects {
  /** How many messages with acknowledgement may be sent, where the connection takes `room`. */
  roomOf(room: number, inFlight: number): number;
  acknowledged(): void;
  /** One that was in flight when the connection broke; `inFlight` counts it and those still to be reported. */
  lost(message: object, inFlight: number): void;
  /** Connected again. */
  up(): void;
  /** How often the connection broke while it was the only one in flight. */
  failuresOf(message: object): number;
}

export function createSuspects(): Suspects {
  const failures = new WeakMap<object, number>();
  /** Acknowledgements to wait for one at a time. */
  let careful = 0;
  let lostNow = 0;
  return {
    roomOf: (room, inFlight) => (careful === 0 ? room : Math.min(room, inFlight === 0 ? 1 : 0)),
    acknowledged() {
      careful = Math.max(0, careful - 1);
    },
    lost(message, inFlight) {
      if (lostNow === 0 && inFlight === 1) failures.set(message, (failures.get(message) ?? 0) + 1);
      lostNow += 1;
      careful = Math.max(careful, lostNow);
    },
    up() {
      lostNow = 0;
    },
    failuresOf: (message) => failures.get(message) ?? 0,
  };
}
