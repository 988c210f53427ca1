import { readEnvironment } from "./env.ts";
import { serve } from "./serve.ts";
import { thisTerminal } from "./this-terminal.ts";

await serve(readEnvironment(), thisTerminal);
