"""How templates show names of components, transports and rows of the vendor page."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ..choices import Section
from ..models import Statement

register = template.Library()
SERVICE = " connector service"


@register.simple_block_tag
def captured(content):
    """Keep what stands inside, on one line, for several places: `{% captured as name %}…{% endcaptured %}`."""
    return SafeString(" ".join(content.split()))  # escaped already, where it was rendered


@register.filter
def component_name(component):
    """A component's name; of a connector service the last word may go where space is short."""
    name = str(component)
    if not name.endswith(SERVICE):
        return name
    return format_html('{} connector<span class="wide"> service</span>', name.removesuffix(SERVICE))


@register.filter
def transports(ports):
    """The transports of a connection's ports: "TCP", "UDP" or "TCP/UDP"."""
    return "/".join(dict.fromkeys(port.get_transport_display() for port in ports))


@register.filter
def as_statements(references):
    """The statements of references like "internal/12", not loaded: they are complete enough to be cited."""
    parts = [reference.split("/") for reference in references]
    return [Statement(section=section, position=int(position)) for section, position in parts]


@register.filter
def citations(statements):
    """Rows of the vendor page, one {label, title, address} a section in its order; a label is like "Internal 12+13"."""
    by_section: dict[Section, list] = {}
    for statement in statements:
        by_section.setdefault(Section(statement.section), []).append(statement)
    return [_citation(section, rows) for section, rows in by_section.items()]


def _citation(section, rows):
    numbers = [str(row.position) for row in rows]
    return {
        "label": f"{_shortest(section)} {'+'.join(numbers)}",
        "title": f"{section.label}, row{'s' if len(rows) > 1 else ''} {', '.join(numbers)}",
        "address": rows[0].get_absolute_url(),
    }


def _shortest(section):
    """The section in a word or two; the title beside it says the rest."""
    name = section.short.removeprefix("Key: ")
    return name[0].upper() + name[1:]
