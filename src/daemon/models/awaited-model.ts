/** A model of the config that is not in the cache yet. */
export interface AwaitedModel {
  id: string;
  url: string;
  sha256: string;
  /** Where it lies once it is there. */
  path: string;
  username?: string | undefined;
  password?: string | undefined;
}
