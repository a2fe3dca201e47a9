"""UBRNs: the twelve-digit numbers by which everybody knows a request."""

from mock_server.errors import not_found


def parse_ubrn(text: str) -> int:
    """A UBRN of twelve digits. Raises `Refusal` when it is none, for then it names no referral."""
    if len(text) != 12 or not text.isascii() or not text.isdigit():
        raise not_found("a UBRN has twelve digits")
    return int(text)


def format_ubrn(ubrn: int) -> str:
    """Twelve digits, as printed on the patient's letter."""
    return f"{ubrn:012d}"
