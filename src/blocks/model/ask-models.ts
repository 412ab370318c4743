import type { TaskItem, TaskName, TaskParameters } from "../../kinds/model-task.ts";
import type { ModelAnswer, ModelService } from "../contract/services.ts";

/** What one element of a batch asks. */
export interface Question<T extends TaskName> {
  model: string;
  item: TaskItem<T>;
  parameters: TaskParameters<T>;
}

/** Asks for every element, in order: one request for all that ask the same of the same model, and the requests together. */
export async function askModels<T extends TaskName>(
  models: ModelService,
  task: T,
  questions: readonly Question<T>[],
): Promise<ModelAnswer<T>[]> {
  const requests = new Map<string, number[]>();
  for (const [i, { model, parameters }] of questions.entries()) {
    const key = JSON.stringify([model, parameters]);
    const members = requests.get(key);
    if (members === undefined) requests.set(key, [i]);
    else members.push(i);
  }
  const answers = new Array<ModelAnswer<T>>(questions.length);
  const ask = async (members: readonly number[]) => {
    const asked = members.flatMap((i) => questions[i] ?? []);
    const [first] = asked;
    if (first === undefined) return;
    const items = asked.map(({ item }) => item);
    const found = await models.run(task, first.model, items, first.parameters);
    for (const [n, i] of members.entries()) {
      const answer = found[n];
      if (answer !== undefined) answers[i] = answer;
    }
  };
  await Promise.all([...requests.values()].map(ask));
  return answers;
}
