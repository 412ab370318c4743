/** Code on this thread, for somebody who outlives the process to know. */
export interface WitnessedCode {
  /** Path of the step. */
  step: string;
  blockType: string;
  hash: string;
}

/** Who is reported when code begins and ends that could take the process with it. */
export interface CallWitness {
  watch(code: WitnessedCode): WatchedCalls;
}

export interface WatchedCalls {
  begin(): void;
  end(): void;
  /** Milliseconds for which the code is not to be called, as the process ended of it too often; 0 for nearly all. */
  leftAloneMs(): number;
}

const UNWATCHED: WatchedCalls = { begin() {}, end() {}, leftAloneMs: () => 0 };

export const NO_WITNESS: CallWitness = { watch: () => UNWATCHED };
