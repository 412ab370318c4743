import { BLOCKS } from "../block-list.ts";
import { type Installed, install } from "./installed.ts";

/** Millrace's own blocks alone, all of them. */
export const CORE: Installed = install([], { core: BLOCKS }).installed;
