import { ANY_FOLDER, type FileSettings } from "../../effects/open-effects.ts";

/** What the reference's variables of the environment allow blocks to write. */
export function filesOf(environment: NodeJS.ProcessEnv): FileSettings {
  const isForbidden = environment["ALLOW_WORKFLOW_BLOCKS_ACCESSING_LOCAL_STORAGE"]?.toLowerCase() === "false";
  const directory = environment["WORKFLOW_BLOCKS_WRITE_DIRECTORY"];
  return { ...ANY_FOLDER, isForbidden, directory: directory === undefined || directory === "" ? null : directory };
}
