"""`dossier.pdf`: the page on paper, tagged for screen readers (PDF/UA-1). Needs the extra `pdf`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from weasyprint import Document

NO_PDF: Final = (
    "a PDF needs WeasyPrint and the system library Pango: pip install 'launch-rehearsal[pdf]', and on Debian "
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
)

_VARIANT: Final = "pdf/ua-1"
# one column after the other: to make them equally long takes many layouts of the whole page
_IN_TURN: Final = ".lines { column-fill: auto; }"


def can_print() -> bool:
    """Whether the extra `pdf` is installed, with the libraries of the system that it needs."""
    try:
        import weasyprint  # noqa: F401, PLC0415  # an extra, whose libraries are loaded at import
    except (ImportError, OSError):
        return False
    return True


def page_as_pdf(page: str) -> bytes:
    """A page as PDF; the same page gives the same bytes with the same fonts. Raises `ImportError` without the extra
    `pdf`, and `OSError` without Pango."""
    return pdf_of(on_paper(page))


def pdf_of(document: Document) -> bytes:
    """What was laid out as PDF."""
    printed = document.write_pdf(pdf_variant=_VARIANT)
    assert printed is not None
    return bytes(printed)


def on_paper(page: str) -> Document:
    """A page laid out on its sheets. Raises as `page_as_pdf` does."""
    from weasyprint import CSS, HTML  # noqa: PLC0415  # an extra

    return HTML(string=page).render(stylesheets=[CSS(string=_IN_TURN)], pdf_variant=_VARIANT)
