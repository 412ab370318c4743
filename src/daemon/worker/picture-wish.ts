/** A picture that is wanted of a frame of a camera. Plain data. */
export interface PictureWish {
  camera: string;
  /** Output of the workflow; null for the one that the pipeline shows. */
  output: string | null;
  form: JpegForm | RawForm;
}

/** A JPEG, made smaller where the picture is wider than `width`. */
export interface JpegForm {
  as: "jpeg";
  quality: number;
  width: number | null;
}

/** Packed rgb in shared memory, fitted into the size with black at its sides; only the size of the picture while there is no place. */
export interface RawForm {
  as: "raw";
  place: { memory: SharedArrayBuffer; offset: number; width: number; height: number } | null;
}

/** A picture that was wanted, in its own size or that of the place that it was put in. */
export interface MadePicture {
  width: number;
  height: number;
  /** Of a JPEG. */
  jpeg?: Uint8Array;
}

/** A wish, and what gets the picture: null where the frame has none, or has failed. */
export interface Wanted {
  wish: PictureWish;
  take(picture: MadePicture | null): void;
}

/** On a page a small picture is worth more than a fine one. */
export const LIVE_FORM: JpegForm = { as: "jpeg", quality: 80, width: null };
/** For a file of video, which is encoded once more. */
export const FILE_FORM: JpegForm = { as: "jpeg", quality: 95, width: null };
