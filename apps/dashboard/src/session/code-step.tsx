import { type ReactElement, type SubmitEvent, useEffect, useRef, useState } from "react";

import { m } from "../lib/messages.ts";
import { findIssue, toProblem } from "../lib/problem.ts";
import { Button } from "../ui/button.tsx";
import { ProblemBox } from "../ui/problem-box.tsx";
import { TextField } from "../ui/text-field.tsx";

type CodeStepProps = {
  email: string;
  error: unknown;
  isBusy: boolean;
  onSubmit: (code: string) => void;
  onBack: () => void;
};

/** The password was right; one field takes the code of the app and a backup code alike. */
export function CodeStep({ email, error, isBusy, onSubmit, onBack }: CodeStepProps): ReactElement {
  const [code, setCode] = useState("");
  const form = useRef<HTMLFormElement>(null);
  // It takes the place of the form whose button had the focus, and of a code that was wrong.
  useEffect(() => {
    if (!isBusy) form.current?.querySelector("input")?.focus();
  }, [isBusy]);
  const problem = error === null ? undefined : toProblem(error);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(code);
  };
  const isInField = problem?.code === "second_factor_invalid" || (problem?.issues.length ?? 0) > 0;
  const isAsking = problem === undefined || problem.code === "second_factor_required";
  return (
    <form ref={form} className="stack gap-4" onSubmit={submit} noValidate>
      {!isInField && !isAsking && <ProblemBox title={m.signIn.failed()} error={error} />}
      <p className="text-ink-muted">{m.signIn.codeAsked({ email })}</p>
      <TextField
        label={m.signIn.code()}
        help={m.signIn.codeHelp()}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        isMono
        value={code}
        onChange={(event) => setCode(event.target.value)}
        error={
          problem?.code === "second_factor_invalid"
            ? `${problem.message} ${problem.remedy}`
            : findIssue(problem, "code")
        }
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" isBusy={isBusy}>
          {m.page.signIn()}
        </Button>
        <Button onClick={onBack}>{m.signIn.startOver()}</Button>
      </div>
    </form>
  );
}
