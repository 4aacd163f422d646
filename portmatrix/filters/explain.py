"""The question about one packet, judged as strictly as a listing's filters, for page and API."""

from django import forms
from django.core.exceptions import ValidationError

from ..addresses import AddressRefused, parse_logged_address
from ..choices import ICMP, Transport
from .fields import known_word, port_number
from .strict import StrictForm

MISSING = "Missing. Give it."
TRANSPORTS = (*Transport.values, ICMP)


class AddressField(forms.CharField):
    """An address as a firewall logs it, or as endpoints have it. `clean` returns an `Address`."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_logged_address(text)
        except AddressRefused as refused:
            raise ValidationError(str(refused), code="address") from None


class TransportField(forms.CharField):
    """`tcp`, `udp` or `icmp`."""

    def clean(self, value):
        return known_word(super().clean(value), TRANSPORTS, "transport")


class PortField(forms.CharField):
    """A port number in ASCII digits. `clean` returns an int, None if there is none."""

    def clean(self, value):
        text = super().clean(value)
        return port_number(text) if text else None


class ExplainForm(StrictForm):
    """Where a packet comes from, where it goes, over which transport and to which port: each once, all of them, but for
    the port of ICMP, which has none.
    """

    source = AddressField(error_messages={"required": MISSING}, help_text="Where the packet comes from.")
    destination = AddressField(error_messages={"required": MISSING}, help_text="Where it goes.")
    transport = TransportField(error_messages={"required": MISSING}, help_text="tcp, udp or icmp.")
    port = PortField(
        required=False, help_text="The port that it goes to, 1 to 65535. ICMP has none: there it may be left out."
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("transport") == ICMP:
            cleaned["port"] = None
            if self.data.getlist("port") == [""]:  # as the page sends it
                self._errors.pop("port", None)
        elif "port" not in self.data:
            self.refuse("port", ValidationError(MISSING, code="required"))
        return cleaned
