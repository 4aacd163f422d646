"""The question about one packet, judged as strictly as a listing's filters, for page and API."""

from django import forms
from django.core.exceptions import ValidationError

from ..deployments.address import AddressRefused, parse_logged_address
from ..vocabulary import Transport
from .base import StrictForm
from .fields import known_word, port_number

MISSING = "Missing. Give it."


class AddressField(forms.CharField):
    """An address as a firewall logs it, or as endpoints have it. `clean` returns an `Address`."""

    def clean(self, value):
        text = super().clean(value)
        try:
            return parse_logged_address(text)
        except AddressRefused as refused:
            raise ValidationError(str(refused), code="address") from None


class TransportField(forms.CharField):
    """`tcp` or `udp`."""

    def clean(self, value):
        return known_word(super().clean(value), Transport, "transport")


class PortField(forms.CharField):
    """A port number in ASCII digits. `clean` returns an int."""

    def clean(self, value):
        return port_number(super().clean(value))


class ExplainForm(StrictForm):
    """Where a packet comes from, where it goes, over which transport and to which port: each once, all of them."""

    source = AddressField(error_messages={"required": MISSING}, help_text="Where the packet comes from.")
    destination = AddressField(error_messages={"required": MISSING}, help_text="Where it goes.")
    transport = TransportField(error_messages={"required": MISSING}, help_text="tcp or udp.")
    port = PortField(error_messages={"required": MISSING}, help_text="The port that it goes to, 1 to 65535.")
