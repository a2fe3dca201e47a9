"""Small PDF files: the patient's letter and the clinical summary.

One page of Helvetica lines, written by hand: a load test cares that the bytes are a PDF with the
referral's data in it, and a PDF library would cost more than the rest of the request.
Source: PDF Reference 1.4, sections 3.4 and 5.3.
"""

from collections.abc import Sequence

from mock_server.domain.advice import Advice
from mock_server.domain.referral import Referral
from mock_server.domain.synthetic_directory import SyntheticDirectory
from mock_server.domain.ubrn import format_ubrn


def patient_letter(referral: Referral, directory: SyntheticDirectory) -> bytes:
    """A019: what the patient takes home."""
    return pdf(["Your referral", *_summary(referral, directory), "Bring this letter to your appointment."])


def clinical_summary(referral: Referral, directory: SyntheticDirectory) -> bytes:
    """A007: what the provider reads before reviewing."""
    files = [f"Attachment: {file.name} ({file.size_bytes} bytes)" for file in referral.attachments]
    return pdf(["Clinical information summary", *_summary(referral, directory), *files])


def advice_overview(advice: Advice, directory: SyntheticDirectory) -> bytes:
    """A043: a request for advice and its conversation."""
    head = [
        f"Unique booking reference number: {format_ubrn(advice.ubrn)}, version {advice.version}",
        f"NHS number: {advice.patient}",
        f"Asked by: {directory.organisation_name(advice.practice)}",
        f"Service: {directory.services[advice.service].name}",
        f"Status: {advice.status}",
    ]
    said = [f"{message.sent} {message.sent_by}: {message.text}" for message in advice.messages]
    return pdf(["Advice and guidance", *head, *said])


def pdf(lines: Sequence[str]) -> bytes:
    """One A4 page with these lines."""
    shown = "".join(f"({_escaped(line)}) Tj T*\n" for line in lines)
    content = f"BT /F1 11 Tf 56 780 Td 16 TL\n{shown}ET".encode("cp1252", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _assembled(objects)


def _assembled(objects: Sequence[bytes]) -> bytes:
    file = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, held in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(file))
    return bytes(file) + b"xref\n0 %d\n0000000000 65535 f \n%b" % (size, table) + trailer


def _summary(referral: Referral, directory: SyntheticDirectory) -> list[str]:
    lines = [
        f"Unique booking reference number: {format_ubrn(referral.ubrn)}, version {referral.version}",
        f"NHS number: {referral.patient}",
        f"Name: {' '.join(directory.name_of(int(referral.patient)))}",
        f"Referred by: {directory.organisation_name(referral.practice)}",
        f"Priority: {referral.priority}",
        f"State: {referral.state}",
    ]
    if referral.appointment is not None:
        service = directory.services[referral.appointment.service].name
        lines.append(f"{service}: {referral.appointment.start or 'the provider will contact you'}")
    return lines


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
