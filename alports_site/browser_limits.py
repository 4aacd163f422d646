"""What every answer forbids browsers, static files included."""

# Those that Chromium knows: it complains of any other.
UNUSED = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
FEATURES = ", ".join([*(f"{feature}=()" for feature in UNUSED), "clipboard-write=(self)"])  # buttons copy
HEADERS = {"Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": FEATURES}
# For an answer that comes before Django, whose pages have nothing but text and style sheets of this site.
PLAIN_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def restrict_browsers(get_response):
    """Middleware: say that no other site may embed an answer, and which features no page uses.

    Who shows a preview of a link fetches its picture from a server, which this does not concern.
    """

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
