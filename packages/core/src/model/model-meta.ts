import { z } from "zod";
import { jsonValueSchema } from "../json.ts";
import { limits } from "../limits.ts";
import { profileImageUrlSchema } from "./profile-image.ts";

/** What a model can do. `undefined` is "unknown", never "no". */
export const capabilityNames = [
  "completion",
  "tools",
  "vision",
  "embedding",
  "thinking",
  "insert",
  "audio",
  "image",
  "usage",
] as const;
export type CapabilityName = (typeof capabilityNames)[number];
export const capabilitiesSchema = z.partialRecord(z.enum(capabilityNames), z.boolean());
export type Capabilities = z.output<typeof capabilitiesSchema>;

// Tags are compared without case and shown as written.
const tagNameSchema = z
  .string()
  .transform((name) => name.normalize("NFC").trim())
  .pipe(z.string().min(1).max(limits.tagLength))
  .refine((name) => !/[\p{Cc}\p{Bidi_Control}]/u.test(name), "must not contain control characters");

const tagsSchema = z
  .array(z.union([z.strictObject({ name: tagNameSchema }), tagNameSchema.transform((name) => ({ name }))]))
  .max(limits.tagCount)
  .transform((tags) =>
    tags.filter((tag, at) => tags.findIndex((other) => sameTag(other.name, tag.name)) === at),
  );

/** Whether two tag names are one tag. */
export function sameTag(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

const knownMetaShape = {
  profile_image_url: profileImageUrlSchema.nullish(),
  description: z.string().max(limits.descriptionLength).nullish(),
  capabilities: capabilitiesSchema.optional(),
  tags: tagsSchema.optional(),
  suggestion_prompts: z
    .array(z.looseObject({ content: z.string().max(limits.descriptionLength) }))
    .max(limits.suggestionCount)
    .nullish(),
  hidden: z.boolean().optional(),
  actionIds: z.array(z.string()).max(200).optional(),
  filterIds: z.array(z.string()).max(200).optional(),
  toolIds: z.array(z.string()).max(200).optional(),
  extra: z.record(z.string(), jsonValueSchema).optional(),
} as const;

/**
 * What is known about a model beside how it is called. Unknown keys are kept as opaque data within one budget and
 * never decide anything.
 */
export const modelMetaSchema = z.looseObject(knownMetaShape).superRefine((meta, context) => {
  const opaque = Object.fromEntries(
    Object.entries(meta).filter(([key]) => key === "extra" || !(key in knownMetaShape)),
  );
  const parsed = z.record(z.string(), jsonValueSchema).safeParse(opaque);
  if (!parsed.success) context.addIssue({ code: "custom", message: "Unknown keys must hold JSON values." });
  else if (JSON.stringify(parsed.data).length > limits.metaExtraBytes) {
    context.addIssue({
      code: "custom",
      message: `Unknown keys and "extra" may have ${limits.metaExtraBytes} bytes in all.`,
    });
  }
});

export type ModelMeta = z.output<typeof modelMetaSchema>;
