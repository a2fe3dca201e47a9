"""Files: uploaded by a referrer, attached to a referral, fetched by a provider.

A020 keeps a file and answers with its address; A012 (elsewhere) attaches it. Until then it is its uploader's; once it
is attached to a request, whoever takes part in that may fetch it. A042 redirects to an
object store, which is this server's own `/mock/attachments`; A006, its predecessor, sends the
bytes itself. A file is scanned in no time here: it is available as soon as it is uploaded.
Source: e-RS FHIR API, NHS England.
"""

import uuid
from collections.abc import Iterable
from typing import Final

from mock_server.domain.instants import instant
from mock_server.domain.referral import Attachment
from mock_server.errors import Refusal, forbidden, not_found, unprocessable
from mock_server.handlers.context import HandlerContext
from mock_server.http.calls import HttpRequest, HttpResponse, file
from mock_server.storage.repositories import Transaction

FILE_BYTES_MAX: Final = 5 * 1024 * 1024

_TYPES: Final = {
    "text/plain": ("txt",),
    "application/pdf": ("pdf",),
    "text/xml": ("xml",),
    "text/rtf": ("rtf", "rtx"),
    "audio/basic": ("au",),
    "audio/mpeg": ("mp3",),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/jpeg": ("jpg", "jpe", "jpeg"),
    "image/tiff": ("tif", "tiff"),
    "video/mpeg": ("mpg", "mpeg", "mpe"),
    "application/msword": ("doc",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/dicom": ("dcm",),
}
FILE_TYPES: Final = tuple(_TYPES)


async def upload_file(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A020: keep a file; its address is in the Location header."""
    about = _about(request)

    def keep(transaction: Transaction) -> str:
        transaction.files.add(about, request.body)
        return about.id

    kept = await context.store.write(keep)
    return HttpResponse(201, headers=((b"location", b"Binary/" + kept.encode()),))


async def redirect_to_file(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A042: where the object store has the file. Raises `Refusal` when the caller may not fetch it."""
    about, _ = stored_file(context, request.path_values[0])
    if not _may_fetch(context, request, about):
        raise forbidden("the caller's organisation has no part in a request with this file")
    # without a host: what the client calls this server, only the client knows (RFC 9110, section 10.2.2)
    return HttpResponse(307, headers=((b"location", f"/mock/attachments/{about.id}".encode()),))


async def retrieve_file(context: HandlerContext, request: HttpRequest) -> HttpResponse:
    """A006: the file itself. Raises `Refusal` when the caller may not fetch it."""
    about, content = stored_file(context, request.path_values[0])
    if not _may_fetch(context, request, about):
        raise unprocessable("NO_RELATIONSHIP", "the caller's organisation has no part in a request with this file")
    return file(content, about.content_type.encode(), about.name)


def stored_file(context: HandlerContext, attachment_id: str) -> tuple[Attachment, bytes]:
    """A file and what is known about it. Raises `Refusal` when there is none."""
    found = context.store.read.files.find(attachment_id)
    if found is None:
        raise not_found("no file has this id")
    return found


def find_uploads(transaction: Transaction, wanted: Iterable[str], organisation: str) -> tuple[Attachment, ...]:
    """What is known of files that an organisation wants to attach.

    Raises `Refusal` when one of them does not exist, or is no upload of its own.
    """
    return tuple(_find_upload(transaction, name, organisation) for name in wanted)


def _find_upload(transaction: Transaction, attachment_id: str, organisation: str) -> Attachment:
    found = transaction.files.find(attachment_id)
    if found is None:
        raise unprocessable("REFERENCE_NOT_FOUND", f"no file was uploaded as Binary/{attachment_id[:40]}")
    if found.organisation != organisation:
        raise unprocessable("NO_RELATIONSHIP", f"{found.name[:80]} was uploaded by another organisation")
    return found


def _may_fetch(context: HandlerContext, request: HttpRequest, about: Attachment) -> bool:
    """Whether the caller's organisation uploaded the file, or takes part in a request that it is attached to."""
    organisation = request.on_behalf.organisation
    return organisation == about.organisation or organisation in context.store.read.files.organisations(about.id)


def _about(request: HttpRequest) -> Attachment:
    name = request.header(b"nhsd-ers-file-name")
    if not name:
        raise unprocessable("MISSING_VALUE", "NHSD-eRS-File-Name is missing")
    content_type = (request.header(b"content-type") or "").split(";")[0].strip().lower()
    if content_type not in _TYPES:
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"cannot upload files of type '{content_type[:80]}'")
    if name.rsplit(".", 1)[-1].lower() not in _TYPES[content_type]:
        raise unprocessable("CONFLICTING_VALUES", f"{name[:80]} is no name for {content_type}")
    if not request.body:
        raise unprocessable("FILE_SIZE_ERROR", f"a file has 1 to {FILE_BYTES_MAX} bytes")
    return Attachment(
        id=str(uuid.uuid4()),
        name=name,
        content_type=content_type,
        size_bytes=len(request.body),
        uploaded=instant(),
        user=request.on_behalf.session.user.identifier,
        organisation=request.on_behalf.organisation,
        request=request.header(b"nhsd-ers-referral-id") or None,
    )
