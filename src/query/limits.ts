/** Most characters of a text, or elements of a list, that a query may build. */
export const LONGEST_TEXT = 1_000_000;
