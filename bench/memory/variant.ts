import { resolve } from "node:path";

/** A build, and how it is run. */
export interface Variant {
  name: string;
  build: string;
  environment: readonly string[];
  flags: readonly string[];
}

/** From `build,NAME=value,--flag`. */
export function variantOf(text: string): Variant {
  const [build = "", ...more] = text.split(",");
  const isFlag = (part: string) => part.startsWith("--");
  return {
    name: text,
    build: resolve(build),
    environment: more.filter((part) => !isFlag(part)),
    flags: more.filter(isFlag),
  };
}
