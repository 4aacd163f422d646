"""What the pages share that take a file or a pasted text: reading what was sent, and showing its faults."""

from ...deployments.endpoint_csv import MOST_BYTES

FAULTS_SHOWN = 200


class NothingSent(Exception):
    """Neither a file nor a text was sent, or both; the message says what to do."""


def body_of(request, what: str) -> bytes:
    """What was sent, as a file or as text; of a file that is too large, one byte more than `MOST_BYTES`. `what` names
    what can be pasted. Raises `NothingSent`.
    """
    file, text = request.FILES.get("file"), request.POST.get("text", "")
    if file and text.strip():
        raise NothingSent(f"Choose a file or paste {what}, not both.")
    if not file and not text.strip():
        raise NothingSent(f"Choose a file, or paste {what} into the field.")
    return file.read(MOST_BYTES + 1) if file else text.encode()


def refusal(request, faults) -> dict:
    """The context in which a page shows faults: the first of them, how many there are, and what was typed."""
    return {"faults": faults[:FAULTS_SHOWN], "count": len(faults), "text": request.POST.get("text", "")}
