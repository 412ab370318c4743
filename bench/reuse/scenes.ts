import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What a camera shows, as an H.264 film of 1280x720 at 10 frames/s. */
export interface Scene {
  name: string;
  /** In the folder of the test assets. */
  film: string;
  frames: number;
  /** A filter graph of ffmpeg from [film], of 1280x720 at 10 frames/s, and [still], its first picture for ever, to [out]. */
  graph: string;
}

const ONLY_FILM = "[still]nullsink;[film]null[out]";
const DUSK = "eq=brightness=-0.25:contrast=0.6,noise=alls=14:allf=t+u";
/** Leaves that sway: patches of a texture that move to and fro by some pixels. */
const TREE =
  "nullsrc=s=360x420:r=10,format=yuv420p,geq=lum='90+70*sin((X+25*sin(N/4+Y/60))/20)*sin((Y+15*cos(N/5+X/50))/25)':cb=110:cr=115[tree]";

export const SCENES: readonly Scene[] = [
  { name: "persons one by one", film: "people-one-by-one", frames: 700, graph: ONLY_FILM },
  { name: "cars", film: "cars", frames: 200, graph: ONLY_FILM },
  { name: "a store's aisle", film: "store-aisle", frames: 200, graph: ONLY_FILM },
  { name: "workers", film: "worker-zone", frames: 200, graph: ONLY_FILM },
  {
    name: "persons at a distance",
    film: "people-one-by-one",
    frames: 700,
    graph: "[film]scale=iw/4:ih/4[far];[still]gblur=sigma=2[yard];[yard][far]overlay=640:300:shortest=1[out]",
  },
  { name: "persons at dusk", film: "people-one-by-one", frames: 700, graph: `[still]nullsink;[film]${DUSK}[out]` },
  {
    name: "persons beside a moving tree",
    film: "people-one-by-one",
    frames: 700,
    graph: `${TREE};[still]nullsink;[film][tree]overlay=900:0:shortest=1[out]`,
  },
  {
    name: "a still scene by day",
    film: "people-one-by-one",
    frames: 200,
    graph: "[film]nullsink;[still]noise=alls=4:allf=t[out]",
  },
  {
    name: "a still scene at dusk",
    film: "people-one-by-one",
    frames: 200,
    graph: `[film]nullsink;[still]${DUSK}[out]`,
  },
];

export const WIDTH = 1280;
export const HEIGHT = 720;

export function hasFilm(assets: string, { film }: Scene): boolean {
  return existsSync(join(assets, "videos", `${film}.mp4`));
}

/** Encodes a scene as a camera would; returns the path of the film. */
export function encode(scene: Scene, { assets, folder }: { assets: string; folder: string }): string {
  const path = join(folder, `${scene.name.replaceAll(/\W+/g, "-")}.mp4`);
  const film = join(assets, "videos", `${scene.film}.mp4`);
  const fitted = `fps=10,scale=${WIDTH}:${HEIGHT},setsar=1`;
  const graph = `[0:v]${fitted},split[film][first];[first]trim=end_frame=1,loop=${scene.frames}:1:0,setpts=N/10/TB[still];${scene.graph}`;
  const sizes = ["-frames:v", String(scene.frames), "-r", "10"];
  const encoder = [
    "-c:v",
    "libx264",
    "-preset",
    "veryfast",
    "-b:v",
    "2M",
    "-maxrate",
    "2M",
    "-bufsize",
    "2M",
    "-g",
    "20",
  ];
  execFileSync("ffmpeg", [
    "-v",
    "error",
    "-y",
    "-i",
    film,
    "-filter_complex",
    graph,
    "-map",
    "[out]",
    ...sizes,
    ...encoder,
    "-pix_fmt",
    "yuv420p",
    path,
  ]);
  return path;
}
