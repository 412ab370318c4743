/** The time in names of files, with a number where several are made within one millisecond. */
export class FileNames {
  #last = "";
  #repeats = 0;

  at(time: Date): string {
    const name = time
      .toISOString()
      .replace("Z", "")
      .replaceAll(/[-T:.]/g, "_");
    this.#repeats = name === this.#last ? this.#repeats + 1 : 0;
    this.#last = name;
    return `${name}${String(this.#repeats).padStart(3, "0")}`;
  }
}
