import { z } from "zod";
import { lazy } from "../../../base/lazy.ts";

/** The families that the reference knows, and whether all letters of each have one width. */
export const FAMILIES = {
  "Anonymous Pro": true,
  "Courier Prime": true,
  "Fira Code": true,
  Geist: false,
  "Geist Mono": true,
  "IBM Plex Mono": true,
  Inconsolata: true,
  Inter: false,
  "JetBrains Mono": true,
  Lato: false,
  Montserrat: false,
  "Noto Sans": false,
  "Nunito Sans": false,
  "Open Sans": false,
  "PT Mono": true,
  Roboto: false,
  "Roboto Mono": true,
  "Source Code Pro": true,
  "Space Mono": true,
  "Work Sans": false,
} as const;

export type FamilyName = keyof typeof FAMILIES;

const NAMES = Object.keys(FAMILIES) as FamilyName[];

/** A family by its name, or as older definitions write it: "geist_mono". */
export const familyField = lazy(() => z.preprocess((value) => BY_OLD_NAME.get(value) ?? value, z.enum(NAMES)));

const BY_OLD_NAME = new Map<unknown, FamilyName>(NAMES.map((name) => [name.toLowerCase().replaceAll(" ", "_"), name]));
