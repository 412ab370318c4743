/** Of a camera that looks straight down; angles in degrees, meters above the ground. */
export interface Pose {
  latitude: number;
  longitude: number;
  altitude: number;
  /** Angle that the width of the picture covers. */
  fieldOfView: number;
  /** Of the upper side of the picture, from north to east. */
  heading: number;
}

const METERS_PER_DEGREE = 111_320;

/** Where the ground under a pixel lies; for a camera on the ground its own place. */
export function placeOnGlobe(
  [x, y]: readonly [number, number],
  { width, height }: { width: number; height: number },
  pose: Pose,
): { latitude: number; longitude: number } {
  const { latitude, longitude, altitude } = pose;
  if (altitude <= 0) return { latitude, longitude };
  const groundWidth = 2 * altitude * Math.tan(radians(pose.fieldOfView) / 2);
  const groundHeight = (groundWidth * height) / width;
  const right = ((x - width / 2) / width) * groundWidth;
  const up = ((height / 2 - y) / height) * groundHeight;
  const [cos, sin] = [Math.cos(radians(pose.heading)), Math.sin(radians(pose.heading))];
  const [east, north] = [right * cos + up * sin, up * cos - right * sin];
  const metersPerDegreeEast = METERS_PER_DEGREE * Math.cos(radians(latitude));
  return { latitude: latitude + north / METERS_PER_DEGREE, longitude: longitude + east / metersPerDegreeEast };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
