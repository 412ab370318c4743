/** Code on this thread, as it is named to the supervisor, which outlives the process. */
export interface WitnessedCode {
  /** Path of the step. */
  step: string;
  blockType: string;
  hash: string;
}

/** Records when code begins and ends that could crash the process. */
export interface CallWitness {
  watch(code: WitnessedCode): WatchedCalls;
}

export interface WatchedCalls {
  begin(): void;
  end(): void;
  /** Milliseconds for which the code must not be called, as it crashed the process too often; 0 for nearly all. */
  suspendedMs(): number;
}

const UNWATCHED: WatchedCalls = { begin() {}, end() {}, suspendedMs: () => 0 };

export const NO_WITNESS: CallWitness = { watch: () => UNWATCHED };
