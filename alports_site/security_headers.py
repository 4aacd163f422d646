"""Headers of every response, static files included, that limit what browsers and other sites may do with it."""

# Features that Chromium knows: it logs an error for any other.
UNUSED_FEATURES = (
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
PERMISSIONS = ", ".join([*(f"{feature}=()" for feature in UNUSED_FEATURES), "clipboard-write=(self)"])  # buttons copy
HEADERS = {"Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": PERMISSIONS}
# For a response that no middleware sees. Such a page has only text and style sheets of this site.
PLAIN_HEADERS = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def add_security_headers(get_response):
    """Middleware: forbid other sites to embed a response, and the browser to offer features that no page uses.

    A preview of a link still shows its picture: services that make previews fetch it without a browser.
    """

    def middleware(request):
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
