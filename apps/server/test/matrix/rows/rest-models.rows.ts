import { nobody } from "../ask.ts";
import { administrators, readers, withoutLooking, writers } from "../expectations.ts";
import { type Row } from "../row.ts";

/** Whoever may read the model. */
const ofReaders = { people: "DDD HAAAA AH", keys: "AADAHD A" };
/** Changes by those who may write the model. */
const changes = { people: "DDD HDDAA AH", keys: "ADDDDD A" };
const deletes = { people: "DDD HDDAA AA", keys: "ADDDDD A", allowed: "dependants_exist" } as const;

const mounts = ["/models", "/api/v1/models"] as const;

function rowsOf(mount: (typeof mounts)[number]): readonly Row[] {
  const isSeed = mount === "/models";
  return [
    { door: `GET ${mount}/list`, ...readers, call: () => ({ path: `${mount}/list` }) },
    {
      door: `GET ${mount}/base`,
      ...(isSeed ? readers : administrators),
      call: () => ({ path: `${mount}/base` }),
    },
    { door: `GET ${mount}/tags`, ...readers, call: () => ({ path: `${mount}/tags` }) },
    { door: `GET ${mount}/params`, ...readers, call: () => ({ path: `${mount}/params` }) },
    { door: `GET ${mount}/export`, ...readers, call: () => ({ path: `${mount}/export` }) },
    {
      door: `GET ${mount}/model`,
      ...ofReaders,
      call: ({ model }) => ({ path: `${mount}/model?id=${model}` }),
    },
    {
      door: `GET ${mount}/model/profile/image`,
      ...ofReaders,
      call: ({ model }) => ({ path: `${mount}/model/profile/image?id=${model}` }),
    },
    {
      door: `POST ${mount}/create`,
      ...writers,
      call: () => ({
        method: "POST",
        path: `${mount}/create`,
        body: { id: "matrix-other", name: "Taken", base_model_id: "open-base:7b", params: {}, meta: {} },
      }),
      allowed: "model_id_taken",
    },
    {
      door: `POST ${mount}/model/update`,
      ...changes,
      call: ({ model }) => ({
        method: "POST",
        path: `${mount}/model/update`,
        body: { id: model, revision: 999, name: "Other" },
      }),
      allowed: "revision_conflict",
    },
    {
      door: `POST ${mount}/model/access/update`,
      ...changes,
      call: ({ model }) => ({
        method: "POST",
        path: `${mount}/model/access/update`,
        body: { id: model, access_control: { read: { user_ids: [nobody] } } },
      }),
      allowed: "principal_not_found",
    },
    {
      door: `POST ${mount}/model/toggle`,
      ...changes,
      call: ({ model }) => ({ method: "POST", path: `${mount}/model/toggle?id=${model}&is_active=true` }),
    },
    {
      door: `POST ${mount}/model/delete`,
      ...deletes,
      call: ({ model }) => ({ method: "POST", path: `${mount}/model/delete`, body: { id: model } }),
    },
    {
      door: `DELETE ${mount}/model/delete`,
      ...deletes,
      call: ({ model }) => ({ method: "DELETE", path: `${mount}/model/delete`, body: { id: model } }),
    },
    {
      door: `DELETE ${mount}/delete/all`,
      ...administrators,
      call: () => ({ method: "DELETE", path: `${mount}/delete/all?expected_total=9999` }),
      allowed: "selection_changed",
    },
    {
      door: `POST ${mount}/import`,
      ...writers,
      call: () => ({ method: "POST", path: `${mount}/import`, body: [] }),
    },
    {
      door: `POST ${mount}/sync`,
      ...administrators,
      call: () => ({ method: "POST", path: `${mount}/sync?dry_run=true&allow_delete_all=true`, body: [] }),
    },
  ];
}

export const rows: readonly Row[] = [
  ...mounts.flatMap(rowsOf),
  { door: "GET /api/v1/models", ...readers, call: () => ({ path: "/api/v1/models" }) },
  {
    door: "GET /api/v1/models/base/tags",
    ...administrators,
    call: () => ({ path: "/api/v1/models/base/tags" }),
  },
  { door: "GET /api/models", ...readers, call: () => ({ path: "/api/models" }) },
  { door: "GET /api/models/base", ...administrators, call: () => ({ path: "/api/models/base" }) },
  {
    door: "POST /api/models/unload",
    ...administrators,
    call: () => ({ method: "POST", path: "/api/models/unload", body: { model: "matrix-nothing" } }),
    allowed: "model_not_found",
  },
  { door: "GET /api/config", ...withoutLooking, call: () => ({ path: "/api/config" }) },
  { door: "GET /api/version", ...withoutLooking, call: () => ({ path: "/api/version" }) },
  { door: "GET /openapi.json", ...withoutLooking, call: () => ({ path: "/openapi.json" }) },
];
