export function logistic(value: number): number {
  return 1 / (1 + Math.exp(-value));
}

/** The value whose logistic is a score; a comparison with it saves computing the scores. */
export function logitOf(score: number): number {
  return Math.log(score / (1 - score));
}

export function softmax(logits: Float32Array): Float32Array {
  const most = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

export function areScores(numbers: Float32Array): boolean {
  return numbers.every((number) => number >= 0 && number <= 1);
}

/** Scores that sum to 1, as softmax makes them. */
export function isDistribution(numbers: Float32Array): boolean {
  const sum = numbers.reduce((total, number) => total + number, 0);
  return areScores(numbers) && Math.abs(sum - 1) < 0.01;
}
