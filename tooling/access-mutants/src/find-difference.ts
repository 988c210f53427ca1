import { compareWithOracle } from "@corral/core/testing";

/*
 * A program: compares worlds with the oracle until one differs, at most as many as its argument says. Prints the first
 * difference; nothing when there is none.
 */

const worlds = Number(process.argv[2]);
for (let seed = 0; seed < worlds; seed += 1) {
  const [first] = compareWithOracle(seed).differences;
  if (first === undefined) continue;
  process.stdout.write(`${first}\n`);
  break;
}
