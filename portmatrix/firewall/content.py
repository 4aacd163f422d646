"""What the writer of a platform is given."""

from dataclasses import dataclass

from .names import LONGEST_SLUG, bounded, name_of
from .permits import Permit
from .request import ConfigurationRequest


@dataclass(frozen=True)
class Content:
    """The request, the permits to write, and the lines of comment that head the file."""

    request: ConfigurationRequest
    permits: tuple[Permit, ...]
    notes: tuple[str, ...]

    @property
    def name(self) -> str:
        """A name for what the file makes, safe on every platform: at most 60 ASCII letters, digits and hyphens, and
        underscores between the slugs of several deployments.
        """
        return name_of(self.request.slug)

    @property
    def slug(self) -> str:
        """The deployment's slug; of several, all of theirs, cut as a slug would have to be."""
        return bounded(self.request.slug, LONGEST_SLUG)
