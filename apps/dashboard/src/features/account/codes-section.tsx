import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";

import { mAccount } from "../../messages/account.ts";
import { useTRPC } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { QueryRegion } from "../../ui/query-region.tsx";
import { BackupCodesDialog } from "./backup-codes-dialog.tsx";
import { EnrollDialog } from "./enroll-dialog.tsx";
import { RemoveCodesDialog } from "./remove-codes-dialog.tsx";

/** One-time codes: what the password takes besides. */
export function CodesSection(): ReactElement {
  const trpc = useTRPC();
  const factor = useQuery(trpc.auth.secondFactor.get.queryOptions());
  const [open, setOpen] = useState<"enroll" | "renew" | "remove">();
  const close = (): void => setOpen(undefined);
  return (
    <section className="form-section" aria-label={mAccount.codes()}>
      <h2>{mAccount.codes()}</h2>
      <QueryRegion query={factor} failed={mAccount.codesLoadFailed()}>
        {({ isOn }) => (
          <div className="stack gap-3">
            <p className="text-ink-muted">{isOn ? mAccount.codesOn() : mAccount.codesOff()}</p>
            <div className="flex flex-wrap gap-2">
              {isOn ? (
                <>
                  <Button onClick={() => setOpen("renew")}>{mAccount.renewBackupCodes()}</Button>
                  <Button variant="danger" onClick={() => setOpen("remove")}>
                    {mAccount.turnOffCodes()}
                  </Button>
                </>
              ) : (
                <Button onClick={() => setOpen("enroll")}>{mAccount.setUpCodes()}</Button>
              )}
            </div>
          </div>
        )}
      </QueryRegion>
      <EnrollDialog isOpen={open === "enroll"} onClose={close} />
      <BackupCodesDialog isOpen={open === "renew"} onClose={close} />
      <RemoveCodesDialog isOpen={open === "remove"} onClose={close} />
    </section>
  );
}
