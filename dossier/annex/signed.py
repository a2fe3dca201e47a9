"""What is signed for: each folder with the beginning of its fingerprint, and how anybody can find that again."""

from __future__ import annotations

from functools import partial
from typing import Final

from dossier.evidence.deriving import FINGERPRINT
from dossier.evidence.evidence import DossierEvidence, files_of
from dossier.form.dossier import DossierLine, Statement, StatementTable
from dossier.lines.saying import figure_of, said

_HOW: Final = (
    "A fingerprint is the beginning of the digest of the files that were read of a folder, one after the other in the"
    " order of their names; the one on the first page is of all of them, folder after folder as they stand here. Whole"
    " digests of each file are in dossier.json. Reports and recordings follow from these files. It is found again by"
)
_COMMAND: Final = "cat FILE… | sha256sum"


def signed_line(evidence: DossierEvidence) -> DossierLine:
    """A row a folder."""
    rows = [
        [
            said("{}", figure_of(evidence, FINGERPRINT, files_of(source), partial(_named, source.folder))),
            said(", ".join(sorted(source.texts))),
        ]
        for source in evidence.sources
    ]
    how = Statement(_HOW, [], "said", _COMMAND)
    return DossierLine("signed", "What is signed for", [how], StatementTable(["folder and fingerprint", "files"], rows))


def _named(folder: str, digest: str) -> str:
    return f"{folder.rstrip('/').rpartition('/')[2]} {digest}"
