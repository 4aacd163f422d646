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
    """What would change, the text that goes on to be applied, and the state that it was compared with."""

    found: Differences
    effect: Effect
    text: str
    seen: str

    @property
    def lists(self):
        """(label, endpoints as far as they are shown, how many more there are) of each kind of change."""
        kinds = (("Added", self.found.added), ("Removed", self.found.removed))
        return [(label, found[:SHOWN], max(len(found) - SHOWN, 0)) for label, found in kinds if found]

    @property
    def renamed(self):
        return self.found.renamed[:SHOWN]

    @property
    def more_renamed(self):
        return max(len(self.found.renamed) - SHOWN, 0)


def preview_of(before: Document, after: Document, text: str, catalogue: Catalogue) -> Preview:
    """Compare what is stored with what would be; `text` is what makes the one of the other."""
    return Preview(
        differences(before, after),
        effect(evaluate_document(before, catalogue), evaluate_document(after, catalogue)),
        text,
        fingerprint(before),
    )
