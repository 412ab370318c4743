/** Mean and standard deviation of each coordinate of vectors that come one after another. */
export interface RunningStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  add(values: Float64Array): void;
}

/** Every vector weighs less the more came after it; `weight` is that of the newest. */
export class ExponentialStatistics implements RunningStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  private readonly variance: Float64Array;
  weight: number;

  constructor(first: Float64Array, weight: number) {
    this.mean = first.slice();
    this.deviation = new Float64Array(first.length);
    this.variance = new Float64Array(first.length);
    this.weight = weight;
  }

  add(values: Float64Array): void {
    const { mean, variance, deviation, weight } = this;
    for (let i = 0; i < mean.length; i++) {
      mean[i] = (1 - weight) * (mean[i] ?? 0) + weight * (values[i] ?? 0);
      variance[i] = (1 - weight) * (variance[i] ?? 0) + weight * ((values[i] ?? 0) - (mean[i] ?? 0)) ** 2;
      deviation[i] = Math.sqrt(variance[i] ?? 0);
    }
  }
}

/** All vectors weigh the same (Welford 1962). */
export class SimpleStatistics implements RunningStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  private readonly squares: Float64Array;
  private count: number;

  constructor(first: Float64Array, count = 1) {
    this.mean = first.slice();
    this.deviation = new Float64Array(first.length);
    this.squares = new Float64Array(first.length);
    this.count = count;
  }

  add(values: Float64Array): void {
    const { mean, squares, deviation } = this;
    this.count++;
    for (let i = 0; i < mean.length; i++) {
      const before = (values[i] ?? 0) - (mean[i] ?? 0);
      mean[i] = (mean[i] ?? 0) + before / this.count;
      squares[i] = (squares[i] ?? 0) + before * ((values[i] ?? 0) - (mean[i] ?? 0));
      deviation[i] = Math.sqrt((squares[i] ?? 0) / (this.count - 1));
    }
  }
}

/** The last vectors weigh the same, those before nothing. The one that it began with counts until the next. */
export class WindowStatistics implements RunningStatistics {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
  private readonly window: Float64Array[] = [];
  size: number;

  constructor(first: Float64Array, size: number) {
    this.mean = first.slice();
    this.deviation = new Float64Array(first.length);
    this.size = size;
  }

  add(values: Float64Array): void {
    const { window, mean, deviation } = this;
    window.push(values);
    while (window.length > Math.max(1, this.size)) window.shift();
    for (let i = 0; i < mean.length; i++) {
      let sum = 0;
      for (const vector of window) sum += vector[i] ?? 0;
      mean[i] = sum / window.length;
      let squares = 0;
      for (const vector of window) squares += ((vector[i] ?? 0) - (mean[i] ?? 0)) ** 2;
      deviation[i] = Math.sqrt(squares / window.length);
    }
  }
}
