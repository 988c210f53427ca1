import { DomainError, type Connection, type OllamaPullJob } from "@corral/core";
import type { Command } from "commander";
import type { Container } from "../../container.ts";
import { worksOnData, type Action } from "../cli-action.ts";
import { CliFailure, type CliContext } from "../cli-context.ts";
import type { Progress } from "../output/progress-bar.ts";
import { printable } from "../output/text-width.ts";
import { administratorOf, withServices, type CommandCall } from "../with-services.ts";

type PullOptions = { readonly on?: string; readonly as?: string };

const help = `
An Ollama server downloads the model itself; a server of Corral lists it as soon as
it is there. Ctrl-C stops the download: what has come stays, and another pull goes on
from there.
${worksOnData}`;

export function addPullCommand(program: Command, action: Action): void {
  program
    .command("pull")
    .description("download a model to an Ollama server")
    .argument("<model>", "as ollama.com or hf.co calls it, such as llama3.2:3b")
    .option("--on <connection>", "the slug or name of its connection; needed where there are several")
    .option("--as <email>", "the administrator in whose name it is done; needed where there are several")
    .addHelpText("after", help)
    .action(
      action(async (context, model, options) => {
        // safe: commander gives what was declared above
        const { on, as } = options as PullOptions;
        using progress = context.startProgress();
        const pull = async (container: Container, call: CommandCall) => {
          const { uid: connectionUid, slug } = connectionOf(container, on);
          const wanted = { at: { connectionUid, model: String(model) }, as };
          return { slug, job: await watchPull(container, wanted, { context, call, progress }) };
        };
        const { slug, job } = await withServices(context, pull, { listsModels: true });
        progress[Symbol.dispose]();
        const bytes = job.progress?.totalBytes ?? 0;
        context.printJson({ model: job.model, connection: slug, bytes, restarts: job.restarts });
        context.print(`${printable(job.model)} is on ${slug}, ${(bytes / 1_000_000).toFixed(1)} MB.\n`);
      }),
    );
}

async function watchPull(
  container: Container,
  {
    at,
    as,
  }: {
    readonly at: { readonly connectionUid: string; readonly model: string };
    readonly as?: string | undefined;
  },
  on: { readonly context: CliContext; readonly call: CommandCall; readonly progress: Progress },
): Promise<OllamaPullJob> {
  const { ollama } = container.services;
  const { signal } = on.context;
  const actor = await administratorOf(container, as);
  let job = await ollama.startPull(actor, at, on.call);
  const pull = { connectionUid: at.connectionUid, id: job.id };
  for await (const state of await ollama.watchPull(actor, pull, { signal })) {
    job = state;
    show(on.progress, state);
  }
  if (job.error !== null) throw new DomainError(job.error.code, job.error.message);
  // so that whoever asks next finds it listed: by a listing that begins now, not by one that began before it was there
  await container.services.refresher.refreshAnew(at.connectionUid);
  return job;
}

function show(progress: Progress, { model, progress: at }: OllamaPullJob): void {
  if (at === null) return progress.show(`asking for ${printable(model)}`, null);
  progress.show(
    `${printable(model)}: ${printable(at.status)}`,
    at.totalBytes === 0 ? null : at.percent / 100,
  );
}

/** @throws CliFailure when there is none, or one of several has to be chosen. */
function connectionOf(container: Container, named: string | undefined): Pick<Connection, "uid" | "slug"> {
  const all = container.services.catalog
    .current()
    .connections()
    .filter(({ provider, enabled }) => provider === "ollama" && enabled);
  const found = named === undefined ? all : all.filter(({ slug, name }) => slug === named || name === named);
  const [connection, ...others] = found;
  if (connection !== undefined && others.length === 0) return connection;
  const slugs = all.map(({ slug }) => slug).join(", ");
  if (all.length === 0) {
    throw new CliFailure(
      "connection_not_found",
      "No Ollama server is connected.",
      "Connect one under Connections in the dashboard.",
    );
  }
  throw connection === undefined
    ? new CliFailure(
        "connection_not_found",
        `There is no Ollama connection ${named}.`,
        `Name one of ${slugs}.`,
      )
    : new CliFailure(
        "ambiguous_connection",
        "Several Ollama servers are connected.",
        `Say which, with --on: ${slugs}.`,
      );
}
