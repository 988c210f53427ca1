const item = {
  id: "support-bot",
  user_id: "7c0a1c44-63a1-4d5e-9e4e-2f7f0f6b1d22",
  base_model_id: "llama3.2",
  name: "Support bot",
  meta: {
    profile_image_url: "/models/model/profile/image?id=1f0a3a52-4be1-4f0f-9a2e-7d27a3d6c7aa",
    description: "Answers questions about orders.",
    capabilities: { vision: false },
    tags: [{ name: "support" }],
  },
  access_control: { read: { group_ids: [], user_ids: [] }, write: { group_ids: [], user_ids: [] } },
  access_inherited: false,
  access_grants: [],
  is_active: true,
  updated_at: 1_795_430_400,
  created_at: 1_795_344_000,
  write_access: true,
  uid: "1f0a3a52-4be1-4f0f-9a2e-7d27a3d6c7aa",
  kind: "custom",
  status: "ready",
  provider: "ollama",
  callable: true,
  revision: 3,
  context_length: 131_072,
  resolved_capabilities: { tools: { value: true, source: "detected" } },
  lifecycle: null,
} as const;
const row = { ...item, params: { temperature: 0.2, system: "You help customers." } } as const;

/** One model as the routes' examples show it. */
export const modelExample = {
  item: { ...item, user: { id: item.user_id, name: "Bob" } },
  row,
  detail: { ...row, param_modes: {}, base_access: "delegate" },
  form: {
    id: "support-bot",
    name: "Support bot",
    base_model_id: "llama3.2",
    params: { temperature: 0.2, system: "You help customers." },
    meta: { description: "Answers questions about orders.", tags: [{ name: "support" }] },
    access_control: null,
  },
} as const;
