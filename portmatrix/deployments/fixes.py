"""Where a finding about a stored deployment is mended: the page and the place on it."""

from django.urls import reverse

COMPONENTS = "deployment-components"

# Code: what to do, in the words of a link; the page; the place on it, given the slugs of the finding's components. Of a
# pair of which one is missing, the missing one stands last.
FIXES = {
    "no-file-share": ("Components", COMPONENTS, lambda slugs: f"#component-{slugs[0]}"),
    "component-without-address": ("Add an address", COMPONENTS, lambda slugs: f"#component-{slugs[0]}"),
    "connector-without-platform": ("Components", COMPONENTS, lambda slugs: f"#component-{slugs[-1]}"),
    "platform-without-connector": ("Components", COMPONENTS, lambda slugs: f"#component-{slugs[-1]}"),
    "shared-address": ("Components", COMPONENTS, lambda slugs: f"#component-{slugs[0]}"),
    "plain-text-port": ("Encrypted only", "deployment-edit", lambda slugs: "#encrypted-only"),
    "moved-in-part": ("Overrides", "deployment-overrides", lambda slugs: ""),
    "override-not-in-use": ("Overrides", "deployment-overrides", lambda slugs: ""),
}


def label_of(finding):
    """What to do about a `Finding`, as a link says it."""
    return FIXES[finding.code][0]


def fix_of(finding, slug):
    """The address (path and fragment) of the page where a `Finding` of a deployment is mended."""
    _, page, place = FIXES[finding.code]
    return f"{reverse(page, args=[slug])}{place(finding.components)}"
