import { getCACertificates, setDefaultCACertificates } from "node:tls";
import {
  type SimulatedEntra,
  type SimulatedEntraOptions,
  startSimulatedEntra,
} from "@corral/simulated-providers";

export const clientSecret = "cs-canary-0123456789abcdef";

/**
 * The simulated Entra ID, believed by this process as `NODE_EXTRA_CA_CERTS` would make it from the start.
 *
 * @param options.tls For whoever has further servers: of two certificates with one name only one would be found.
 */
export async function startTrustedEntra(
  options: Pick<SimulatedEntraOptions, "tls" | "tokenSeconds"> = {},
): Promise<SimulatedEntra> {
  const entra = await startSimulatedEntra({ clientSecret, ...options });
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, entra.certificate]);
  return {
    ...entra,
    async [Symbol.asyncDispose]() {
      setDefaultCACertificates(before);
      await entra.stop();
    },
  };
}

/** What the token requests said, in order. */
export function tokenForms({ journal, tenantId }: SimulatedEntra): URLSearchParams[] {
  return journal.of(`/${tenantId}/oauth2/v2.0/token`).map(({ body }) => new URLSearchParams(String(body)));
}
