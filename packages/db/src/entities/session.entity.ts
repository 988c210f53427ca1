import { defineEntity, p } from "@mikro-orm/postgresql";
import { UserEntity } from "./user.entity.ts";
import { watchTable } from "./watch-table.ts";

/** A signed-in browser or client, in better-auth's columns. `token` holds the SHA-256 of what the client has. */
export const SessionEntity = defineEntity({
  name: "Session",
  tableName: "sessions",
  properties: {
    id: p.uuid().primary().defaultRaw("gen_random_uuid()"),
    userId: () => p.manyToOne(UserEntity).mapToPk().fieldName("user_id").deleteRule("cascade").index(),
    token: p.text().unique(),
    expiresAt: p.datetime(3),
    ipAddress: p.text().nullable(),
    userAgent: p.text().nullable(),
    createdAt: p.datetime(3).defaultRaw("now()"),
    updatedAt: p.datetime(3).defaultRaw("now()"),
  },
  triggers: [
    // Only what takes a session away counts: sign-ins and the sliding of its end would wake every process for nothing.
    ...watchTable({
      table: "sessions",
      target: "session",
      uid: "id",
      catalog: false,
      columns: ["user_id", "token"],
      hidden: ["token"],
      inserts: false,
    }),
    {
      name: "sessions_shortened",
      timing: "after",
      events: ["update"],
      expression:
        "create constraint trigger sessions_shortened after update of expires_at on sessions " +
        "deferrable initially deferred for each row when (new.expires_at < old.expires_at) " +
        "execute function corral_note_change('session', 'id', 'quiet', 'full', 'token')",
    },
  ],
});
