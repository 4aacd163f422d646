"""What something that was sent would change in a deployment, to be looked at before it does."""

from dataclasses import dataclass

from ...catalogue.snapshot import Catalogue
from ...deployments.diff import Differences, Effect, differences, effect
from ...deployments.document import Document
from ...deployments.evaluate import evaluate_document
from ...deployments.service import fingerprint

SHOWN = 50  # lines of each list
CHANGED_MEANWHILE = "Somebody changed the deployment meanwhile. This is what would change now."


@dataclass(frozen=True)
class Preview:
    """What would change, what would be sent again to apply it, and the fingerprint of the state compared with."""

    differences: Differences
    effect: Effect
    text: str
    seen: str

    @property
    def lists(self):
        """(label, endpoints as far as they are shown, how many more there are) of each kind of change."""
        kinds = (("Added", self.differences.added), ("Removed", self.differences.removed))
        return [(label, several[:SHOWN], max(len(several) - SHOWN, 0)) for label, several in kinds if several]

    @property
    def renamed(self):
        """The renamed endpoints that are shown."""
        return self.differences.renamed[:SHOWN]

    @property
    def more_renamed(self):
        """How many renamed endpoints are not shown."""
        return max(len(self.differences.renamed) - SHOWN, 0)


def preview_of(before: Document, after: Document, text: str, catalogue: Catalogue) -> Preview:
    """Compare what is stored with what would be; `text` is what was sent."""
    return Preview(
        differences(before, after),
        effect(evaluate_document(before, catalogue), evaluate_document(after, catalogue)),
        text,
        fingerprint(before),
    )
