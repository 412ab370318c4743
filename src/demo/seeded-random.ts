/** Uniform numbers in [0, 1) that depend on the keys (integers) alone; MurmurHash3's finaliser over a Weyl sequence. */
export function seededRandom(...keys: number[]): () => number {
  let state = 0x9e3779b9;
  for (const key of keys) state = mix(mix(state ^ (key | 0)) ^ Math.floor(key / 0x1_0000_0000));
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return (mix(state) >>> 0) / 0x1_0000_0000;
  };
}

function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
