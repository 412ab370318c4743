export interface FormPart {
  name: string;
  /** Name of a file; absent for a field. */
  file?: string;
  content: Uint8Array;
}

/** The body of a form with files, and the content type that says where its parts end. */
export function multipart(boundary: string, parts: readonly FormPart[]): { type: string; body: Uint8Array } {
  const pieces = parts.flatMap(({ name, file, content }) => {
    const of = file === undefined ? "" : `; filename=${quoted(file)}`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name=${quoted(name)}${of}\r\n\r\n`;
    return [Buffer.from(head), content, Buffer.from("\r\n")];
  });
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

/** A name in a header; line ends would begin another one. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A")}"`;
}
