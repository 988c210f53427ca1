import type { ReactElement } from "react";

import { format } from "../../lib/format.ts";
import { mHistory } from "../../messages/history.ts";
import type { ApiOutputs } from "../../trpc.ts";
import { Button } from "../../ui/button.tsx";
import { Disclosure } from "../../ui/disclosure.tsx";
import { type ChangeLine, describeChange } from "./describe-change.ts";

type Version = ApiOutputs["models"]["history"]["versions"][number];

type VersionListProps = {
  versions: readonly Version[];
  /** Nobody goes back to what is there. */
  current: number | null;
  onRestore: (revision: number) => void;
};

export function VersionList({ versions, current, onRestore }: VersionListProps): ReactElement {
  return (
    <ol className="version-list">
      {versions.map((version) => (
        <li key={version.revision}>
          <div className="version-head">
            <h3>{mHistory.version({ number: version.revision })}</h3>
            {version.revision === current ? (
              <span className="tag">{mHistory.current()}</span>
            ) : (
              <Button
                size="small"
                aria-label={mHistory.restoreNumber({ number: version.revision })}
                onClick={() => onRestore(version.revision)}
              >
                {mHistory.restore()}
              </Button>
            )}
          </div>
          <p className="text-ink-muted">
            {authorOf(version)} · <Moment at={version.at} />
          </p>
          <Changes version={version} />
        </li>
      ))}
    </ol>
  );
}

function authorOf({ author }: Version): string {
  if (author === null) return mHistory.system();
  return author.name ?? mHistory.someoneGone();
}

function Moment({ at }: { at: string }): ReactElement {
  const date = new Date(at);
  return (
    <time dateTime={at} title={format.relative(date)}>
      {format.dateTime(date)}
    </time>
  );
}

function Changes({ version: { changes } }: { version: Version }): ReactElement {
  if (changes === null) return <p>{mHistory.first()}</p>;
  if (changes.length === 0) return <p>{mHistory.nothingSeen()}</p>;
  return (
    <ul className="change-list">
      {changes.map((change) => {
        const line = describeChange(change);
        return (
          <li key={line.key}>{line.isLong ? <LongChange line={line} /> : <ShortChange line={line} />}</li>
        );
      })}
    </ul>
  );
}

function ShortChange({ line }: { line: ChangeLine }): ReactElement {
  return (
    <>
      <span className="mono">{line.label}</span> {line.before !== null && <del>{line.before}</del>}{" "}
      {line.after === null ? mHistory.removed() : <ins>{line.after}</ins>}
    </>
  );
}

function LongChange({ line }: { line: ChangeLine }): ReactElement {
  return (
    <Disclosure label={<span className="mono">{line.label}</span>}>
      {line.before !== null && <del className="change-text">{line.before}</del>}
      {line.after === null ? <p>{mHistory.removed()}</p> : <ins className="change-text">{line.after}</ins>}
    </Disclosure>
  );
}
