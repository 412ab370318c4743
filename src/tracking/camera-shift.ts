/** How the picture moved since the one before: a point p of then is at scale * p + (x, y) now. */
export interface CameraShift {
  scale: number;
  x: number;
  y: number;
}
