"""The question about one packet, judged as strictly as a listing's filters, for page and API."""

from django import forms
from django.core.exceptions import ValidationError

from ..deployments.address import AddressRefused, parse_address
from ..vocabulary import PORT_MAX, PORT_MIN, Transport
from ..words import did_you_mean, one_of, shown
from .base import StrictForm

MISSING = "Missing. Give it."


class AddressField(forms.CharField):
    """An address as endpoints have it. `clean` returns an `Address`."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_address(text)
        except AddressRefused as refused:
            raise ValidationError(str(refused), code="address") from None


class TransportField(forms.CharField):
    """`tcp` or `udp`."""

    def clean(self, value):
        text = super().clean(value)
        if text not in Transport.values:
            hint = did_you_mean(text, Transport.values) or one_of(Transport.values)
            raise ValidationError(f"No transport '{shown(text)}'.{hint}", code="unknown")
        return text


class PortField(forms.CharField):
    """A port number in ASCII digits. `clean` returns an int."""

    def clean(self, value):
        text = super().clean(value)
        if not (text.isascii() and text.isdigit() and len(text) <= 5 and PORT_MIN <= int(text) <= PORT_MAX):
            raise ValidationError(
                f"'{shown(text)}' is not a port. Give a whole number from {PORT_MIN} to {PORT_MAX}.", code="not_a_port"
            )
        return int(text)


class ExplainForm(StrictForm):
    """Where a packet comes from, where it goes, over which transport and to which port: each once, all of them."""

    source = AddressField(error_messages={"required": MISSING}, help_text="Where the packet comes from.")
    destination = AddressField(error_messages={"required": MISSING}, help_text="Where it goes.")
    transport = TransportField(error_messages={"required": MISSING}, help_text="tcp or udp.")
    port = PortField(error_messages={"required": MISSING}, help_text="The port that it goes to, 1 to 65535.")
