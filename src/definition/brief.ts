const LONGEST = 60;

/** A value as it is shown in messages: short, on one line. */
export function brief(value: unknown): string {
  const text = written(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 3)}...`;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? typeof value;
  } catch {
    // Large integers and values that contain themselves have no JSON.
    return typeof value;
  }
}
