/** What a file is that cannot be ONNX, as the end of a sentence; null when it may be ONNX. */
export function whatIsIt(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return "the file is empty";
  const head = Buffer.from(bytes.subarray(0, 512)).toString("latin1");
  if (/^\s*<(!doctype html|html|head|body)/i.test(head))
    return "it is an HTML page, as a failed download leaves behind";
  const known = SIGNATURES.find(({ at, text }) => head.startsWith(text, at));
  if (known !== undefined) return known.found;
  if (/^[\t\n\r\x20-\x7e]+$/.test(head)) return `it is text, beginning ${JSON.stringify(head.trim().slice(0, 40))}`;
  return beginsLikeModel(bytes)
    ? null
    : `it begins with the bytes ${Buffer.from(bytes.subarray(0, 4)).toString("hex")}`;
}

const SIGNATURES: readonly { at: number; text: string; found: string }[] = [
  { at: 0, text: "<?xml", found: "it is XML; of an OpenVINO model the ONNX file it was made from is needed" },
  { at: 0, text: "version https://git-lfs", found: "it is a Git LFS pointer; fetch the content with git lfs pull" },
  {
    at: 0,
    text: "PK\u0003\u0004",
    found: "it is a ZIP archive, as PyTorch writes (.pt, .pth); export the model to ONNX first",
  },
  { at: 4, text: "TFL3", found: "it is a TensorFlow Lite model; convert it to ONNX first" },
  { at: 4, text: "ORTM", found: "it is a model in the ORT format; the ONNX file it was made from is needed" },
  { at: 0, text: "ftrt", found: "it is a TensorRT engine; the ONNX file it was built from is needed" },
  { at: 0, text: "\u0089HDF", found: "it is an HDF5 file, as Keras writes; export the model to ONNX first" },
  { at: 0, text: "\u001f\u008b", found: "it is compressed with gzip; unpack it first" },
];

/** A model begins with the tag of one of its own fields: numbers 1 to 25, varints or length-delimited. */
function beginsLikeModel([first = 0]: Uint8Array): boolean {
  const number = first >>> 3;
  return [0, 2].includes(first & 7) && number >= 1 && number <= 25;
}
