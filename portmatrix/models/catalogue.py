"""The catalogue: components, ports, connections, the statements of the vendor page and how its silence is read. Loaded
from `fixtures/`.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from ..choices import Application, Basis, Kind, Section, TrafficClass, Transport
from ..reach import address_owner
from .fields import NaturalSlugField, PortNumberField, choices_constraint, port_number_constraint
from .querysets import ComponentQuerySet, ConnectionQuerySet, PortQuerySet, StatementQuerySet


class Component(models.Model):
    """Something that talks or listens.

    `host` means "runs on": what reaches a hosted service reaches its host's address. `group` means that a rule which
    names the group applies to every member. Neither may lead back to itself.

    `platform` is what a connector service connects the appliance with; `needs` are further services without which the
    component does not work. The appliance has to reach one component with `file_share`; a deployment always has those
    with `always_in_use`.
    """

    slug = NaturalSlugField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    description = models.TextField(blank=True)
    host = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="services")
    group = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="members")
    platform = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="connectors")
    needs = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="needed_by")
    fqdn = models.CharField("host name", max_length=253, blank=True)
    file_share = models.BooleanField(default=False)
    always_in_use = models.BooleanField(default=False)

    objects = ComponentQuerySet.as_manager()

    class Meta:
        ordering = ["name", "slug"]
        constraints = [
            choices_constraint("kind", Kind, "component_kind_is_known"),
            *(
                models.CheckConstraint(
                    condition=models.Q(**{relation: None}) | ~models.Q(**{relation: models.F("pk")}),
                    name=f"component_is_not_its_own_{relation}",
                )
                for relation in ("host", "group", "platform")
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("component", args=[self.slug])

    def clean(self):
        for relation in ("host", "group"):
            if self.leads_back_through(relation):
                raise ValidationError({relation: f"“{self}” would be its own {relation}. Choose another or none."})

    def leads_back_through(self, relation):
        """Whether following `host` or `group` from this component comes back to it. One query a step."""
        seen, step = set(), self
        while (step := getattr(step, relation)) is not None and step.pk not in seen:
            if step == self:
                return True
            seen.add(step.pk)
        return False

    @staticmethod
    def load_aliases(components):
        """Load the aliases of a list of components, in one query unless they have them."""
        models.prefetch_related_objects(components, "aliases")

    @cached_property
    def names(self):
        """What it is called: its name, then its aliases (a list of texts)."""
        return [self.name, *(alias.name for alias in self.aliases.all())]

    @property
    def address_owner(self) -> "Component":
        """The component at whose address this one answers."""
        return address_owner(self, self.host)


class ComponentAlias(models.Model):
    """Another name of a component, and who calls it so; a `shared` one is a name of several components."""

    component = models.ForeignKey(Component, models.CASCADE, related_name="aliases")
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=120, help_text="Who calls it so, in a few plain words.")
    shared = models.BooleanField(default=False)

    class Meta:
        verbose_name = "alias"
        verbose_name_plural = "aliases"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["component", "name"], name="alias_is_unique_of_component")]

    def __str__(self):
        return self.name


class Port(models.Model):
    """A port that a component listens on, with its default number.

    Every connection that uses the port points at the same row, so that all of them follow an override.
    """

    slug = NaturalSlugField(max_length=130, editable=False)  # that of a component, and at most -tcp-65535
    component = models.ForeignKey(Component, models.PROTECT, related_name="ports")
    transport = models.CharField(max_length=3, choices=Transport)
    number = PortNumberField("default number")
    application = models.CharField(max_length=20, choices=Application, blank=True)

    effective_number: int  # only after `with_effective_numbers()`

    objects = PortQuerySet.as_manager()

    class Meta:
        ordering = ["number", "transport", "component__slug"]
        constraints = [
            models.UniqueConstraint(fields=["component", "transport", "number"], name="port_is_unique"),
            port_number_constraint("port_number_is_a_port"),
            choices_constraint("transport", Transport, "port_transport_is_known"),
        ]

    def __str__(self):
        return f"{self.component}, {self.get_transport_display()} {self.number}"

    def save(self, *args, **kwargs):
        """Give a new port its slug, `<component>-<transport>-<default number>`: its identity from then on."""
        self.slug = self.slug or f"{self.component.slug}-{self.transport}-{self.number}"
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("port", args=[self.number])

    @property
    def is_overridden(self):
        """Whether its effective number is not the default. Needs `with_effective_numbers()`."""
        return self.effective_number != self.number


class Assumption(models.Model):
    """One thing that the vendor page leaves open, and how it is read."""

    slug = NaturalSlugField()
    question = models.CharField(max_length=200)
    reading = models.TextField()
    basis = models.CharField(max_length=20, choices=Basis)

    class Meta:
        ordering = ["slug"]
        constraints = [choices_constraint("basis", Basis, "assumption_basis_is_known")]

    def __str__(self):
        return self.question

    def get_absolute_url(self):
        return f"{reverse('document')}#assumption-{self.slug}"


class Connection(models.Model):
    """Who opens it, to whom, for what, on which ports of the destination. Stored once, however often the vendor page
    states it.
    """

    slug = NaturalSlugField(max_length=255)
    source = models.ForeignKey(Component, models.PROTECT, related_name="opened")
    destination = models.ForeignKey(Component, models.PROTECT, related_name="accepted")
    activity = models.CharField(max_length=120)
    ports = models.ManyToManyField(Port, related_name="connections")
    traffic_class = models.CharField(max_length=20, choices=TrafficClass)
    assumptions = models.ManyToManyField(Assumption, related_name="connections", blank=True)

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["source__name", "destination__name", "activity", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["source", "destination", "activity"], name="connection_is_unique"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("destination")), name="connection_has_two_different_ends"
            ),
            choices_constraint("traffic_class", TrafficClass, "connection_traffic_class_is_known"),
        ]

    def __str__(self):
        return f"{self.source} → {self.destination}: {self.activity}"

    def get_absolute_url(self):
        return reverse("connection", args=[self.slug])


class Statement(models.Model):
    """One row or bullet of the vendor page, word for word as printed; blank where the page prints nothing."""

    section = models.CharField(max_length=20, choices=Section)
    position = models.PositiveIntegerField(validators=[MinValueValidator(1)], help_text="1 is the section's first row.")
    heading = models.CharField("sub-heading", max_length=200, blank=True)
    source = models.CharField("printed source", max_length=200, blank=True)
    destination = models.CharField("printed destination", max_length=200, blank=True)
    activity = models.CharField("printed activity", max_length=200, blank=True)
    protocol = models.CharField("printed protocol", max_length=50, blank=True)
    ports = models.CharField("printed ports", max_length=100, blank=True)
    text = models.CharField("bullet's text", max_length=300, blank=True)
    connections = models.ManyToManyField(Connection, related_name="statements")

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(fields=["section", "position"], name="statement_is_unique"),
            models.CheckConstraint(condition=models.Q(position__gte=1), name="statement_position_counts_from_1"),
            choices_constraint("section", Section, "statement_section_is_known"),
        ]

    def __str__(self):
        return f"{Section(self.section).short}, row {self.position}"

    def get_absolute_url(self):
        return f"{reverse('document')}#{self.anchor}"

    @property
    def anchor(self):
        """Its place on our page of the vendor page."""
        return f"{self.section}-{self.position}"

    @property
    def reference(self):
        """`<section>/<position>`, as scripts and exports name it."""
        return f"{self.section}/{self.position}"

    @property
    def cells(self):
        """What is printed, cell by cell, without the empty ones."""
        cells = [self.source, self.destination, self.activity, self.protocol, self.ports, self.text]
        return [cell for cell in cells if cell]
