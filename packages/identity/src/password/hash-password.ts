import { argon2, randomBytes, timingSafeEqual } from "node:crypto";

/** What a hash costs. OWASP's minimum for argon2id. */
type Cost = { readonly memoryKiB: number; readonly passes: number; readonly lanes: number };
type Hashed = { readonly cost: Cost; readonly salt: Buffer; readonly tag: Buffer };

const currentCost: Cost = { memoryKiB: 19_456, passes: 2, lanes: 1 };
const tagBytes = 32;
const phc =
  /^\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** argon2id over the NFC form, as a PHC string. Whoever calls it holds a turn. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, { cost: currentCost, salt, tag: Buffer.alloc(tagBytes) });
  const { memoryKiB, passes, lanes } = currentCost;
  return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${lanes}$${toText(salt)}$${toText(tag)}`;
}

/** Whether a password belongs to a hash. An unreadable hash costs as much time as a readable one. */
export async function verifyPassword(input: {
  readonly hash: string;
  readonly password: string;
}): Promise<boolean> {
  const stored = parsePhc(input.hash);
  if (stored === undefined) {
    await hashPassword(input.password);
    return false;
  }
  return timingSafeEqual(await derive(input.password, stored), stored.tag);
}

/** Whether a hash was made when hashing cost less than today. */
export function needsRehash(hash: string): boolean {
  const stored = parsePhc(hash);
  if (stored === undefined) return false;
  return stored.cost.memoryKiB < currentCost.memoryKiB || stored.cost.passes < currentCost.passes;
}

function parsePhc(text: string): Hashed | undefined {
  const [, memory, passes, lanes, salt, tag] = phc.exec(text) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  return {
    cost: { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}

async function derive(password: string, { cost, salt, tag }: Hashed): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    argon2(
      "argon2id",
      {
        message: password.normalize("NFC"),
        nonce: salt,
        parallelism: cost.lanes,
        memory: cost.memoryKiB,
        passes: cost.passes,
        tagLength: tag.length,
      },
      (error, derived) => (error === null ? resolve(derived) : reject(error)),
    );
  });
}

/** PHC strings leave base64's padding out. */
function toText(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("=", "");
}
