"""Where a finding about a stored deployment is mended: the page and the place on it."""

from django.urls import reverse

ON_COMPONENTS = (
    "no-file-share",
    "component-without-address",
    "connector-without-platform",
    "platform-without-connector",
    "shared-address",
)

LABELS = {"component-without-address": "Add an address", "plain-text-port": "Encrypted only"}


def label_of(finding):
    """What to do about a `Finding`, as a link says it."""
    return LABELS.get(finding.code, "Overrides" if finding.code == "override-not-in-use" else "Components")


def fix_of(finding, slug):
    """The address (path and fragment) of the page where a `Finding` of a deployment is mended."""
    if finding.code in ON_COMPONENTS:
        return f"{reverse('deployment-components', args=[slug])}#component-{_to_mend(finding)}"
    if finding.code == "plain-text-port":
        return f"{reverse('deployment-edit', args=[slug])}#encrypted-only"
    if finding.code == "override-not-in-use":
        return reverse("deployment-overrides", args=[slug])
    raise ValueError(f"Nobody has said where “{finding.code}” is mended.")


def _to_mend(finding):
    """The component to look at: of a pair of which one is missing, the missing one, which stands last."""
    return finding.components[-1] if finding.code.endswith(("platform", "connector")) else finding.components[0]
