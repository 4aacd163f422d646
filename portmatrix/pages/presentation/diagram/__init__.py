"""The diagram: who opens connections to whom, laid out for any set of them. Pure: no queries, no HTTP.

`geometry` has boxes and lines, `picture` what a finished diagram consists of, `columns` the stacks of components,
`channel` the lines between two columns, `layout` puts them together. Templates draw the `Picture`.

Connections need `with_ends()` and `with_ports()`; `reach` is the `Reach` of all components.
"""

from .layout import NARROW, lay_out


def whole_picture(connections, reach):
    """Return the `Picture` of a set of connections; one without nodes if there are none."""
    picture = lay_out(connections, reach)
    picture.title = "Who opens connections to whom"
    return picture


def neighbourhood(component, connections, reach):
    """Return the `Picture` of the connections that related a component: it is marked, and each says what it is for."""
    picture = lay_out(connections, reach, NARROW, here=component.pk, with_activities=True)
    picture.title = f"What {component.name} is connected with"
    return picture
