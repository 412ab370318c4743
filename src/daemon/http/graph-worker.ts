import { instance } from "@viz-js/viz";

// Root of a short-lived thread that lays out a graph: Graphviz takes a while and much memory, and frames do not wait for it.

export default async function layOut(dot: string): Promise<string> {
  return (await instance()).renderString(dot, { format: "svg" });
}
