"""The audit: whether all that restricts somebody comes from a decision that stands in the public log."""

import sys
from pathlib import Path

from bema.cli.home import opened
from bema.domain import auditing


def audit(*, home: Path, put_right: bool = False) -> None:
    """Name whatever restricts somebody without a decision, and each decision that is not in the public log; exit code 1.

    Parameters
    ----------
    home
        Folder of the server, which may run.
    put_right
        Let people and posts be as the decisions in force say.
    """
    with opened(home) as (_, database):
        findings = list(auditing.audit(database.read_now))
        left = 0
        for finding in findings:
            done = put_right and database.write_now(auditing.put_right, finding)
            left += not done
            print(finding.what + (": put right" if done else ""))
    if left:
        sys.exit(1)
    if not findings:
        print("Whatever restricts somebody was decided, and stands in the public log.")
