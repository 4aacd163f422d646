"""What to set when a proxy or an address of ours is not as a request expects: sentences that name the variable."""

from django.conf import settings
from django.http.request import split_domain_port
from django.middleware.csrf import REASON_BAD_ORIGIN, REASON_BAD_REFERER, REASON_INSECURE_REFERER, REASON_NO_REFERER

from ..utils.text import printable

KEEP_HOST = (
    "Let the proxy pass on the Host header as the browser sent it (nginx: proxy_set_header Host $http_host; Apache: "
    "ProxyPreserveHost On)"
)
NO_REFERER = (
    "The browser did not say from which page the form was sent. Let it send the Referer header to this site: a "
    "setting, an extension or a proxy removes it."
)


def unknown_host(meta: dict) -> tuple[str, str]:
    """(what is wrong, what to do) about a request for a host that is not in ALPORTS_ALLOWED_HOSTS."""
    sent = meta.get("HTTP_HOST", "")
    host = printable(sent)
    if not split_domain_port(sent)[0]:
        return f"The Host header '{host}' is not the name of a host.", ""
    if forwarded := meta.get("HTTP_X_FORWARDED_HOST"):
        asked = printable(forwarded)
        return (
            f"The proxy asked for '{host}', the browser for '{asked}'.",
            f"{KEEP_HOST}, and see that ALPORTS_ALLOWED_HOSTS names it.",
        )
    return (
        f"alports does not answer under the name '{host}'.",
        "If it should, add the name, without a port, to ALPORTS_ALLOWED_HOSTS and start alports again.",
    )


def untrusted_proxy(peer: str) -> tuple[str, str]:
    """(what is wrong, what to do) about a proxy whose word about HTTPS is not believed."""
    return (
        f"The request came over a proxy at {printable(peer)} that alports does not trust.",
        "If it is yours, add its address to ALPORTS_TRUSTED_PROXIES and start alports again.",
    )


def refused_form(request, reason: str) -> str:
    """Why a form was refused that may come from elsewhere, and what to do; an empty string if its token is at fault.

    `reason` is what Django's CSRF middleware says.
    """
    origin, referer = request.META.get("HTTP_ORIGIN", ""), request.META.get("HTTP_REFERER", "")
    if reason == REASON_BAD_ORIGIN % origin:
        return _other_origin(request, origin)
    if reason == REASON_BAD_REFERER % referer:
        return _other_origin(request, referer)
    return NO_REFERER if reason in (REASON_NO_REFERER, REASON_INSECURE_REFERER) else ""


def _other_origin(request, origin):
    ours = f"{request.scheme}://{request.get_host()}"
    sentence = f"The form was sent from {printable(origin)}, and alports takes this site for {ours}."
    if origin == "null":
        return f"{sentence} The browser hides where the form is from: allow it the Referrer-Policy same-origin."
    if origin.startswith("https:") and not request.is_secure():
        if settings.HTTPS:
            return f"{sentence} The proxy must set X-Forwarded-Proto to https."
        return f"{sentence} If a proxy speaks HTTPS for alports, start alports with ALPORTS_HTTPS=true."
    return f"{sentence} {KEEP_HOST}, its port too; or add the origin to ALPORTS_TRUSTED_ORIGINS."
