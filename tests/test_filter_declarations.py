"""A filter is declared once: form, counts, API, schema and sentence have it from there."""

import re

import pytest
from django.http import QueryDict

from portmatrix.api.filtering import StrictFilterBackend
from portmatrix.choices import Kind, TrafficClass
from portmatrix.filters import ComponentFilter
from portmatrix.filters.kinds import SearchFilter, WordsFilter
from portmatrix.filters.sentence import described
from portmatrix.models import Connection
from portmatrix.pages.components import ComponentListing
from portmatrix.pages.connection_views import ConnectionPageFilter
from portmatrix.pages.connections import ConnectionListing
from portmatrix.queries.facets import Choice, Facet, count_facets

from .support.reading import part, words

pytestmark = pytest.mark.django_db


class WiderFilter(ConnectionPageFilter):
    """The connections' filters and two more."""

    opener = WordsFilter(
        says="opened by",
        label="Opened by",
        facet=Facet("source__kind", at_once=2),
        field_name="source__kind",
        choices=Kind,
        noun="kind",
        help_text="What the source is.",
    )
    activity = SearchFilter(
        says="for", label="Activity", placeholder="dhcp", within=["activity"], help_text="Words of the activity."
    )


class WiderComponentFilter(ComponentFilter):
    """The components' filters and two more."""

    opens = WordsFilter(
        says="opening",
        label="Opens",
        field_name="opened__traffic_class",
        choices=TrafficClass,
        noun="traffic class",
        help_text="What it opens.",
        distinct=True,
    )
    sort = WordsFilter(
        says="being",
        label="Being",
        facet=Facet("kind"),
        field_name="kind",
        choices=Kind,
        noun="kind",
        help_text="What it is.",
    )


def asked(query):
    filterset = WiderFilter(QueryDict(query), queryset=Connection.objects.all())
    assert filterset.is_valid(), filterset.errors
    return filterset


def test_it_narrows():
    assert {row.source.kind for row in asked("opener=agent").qs} == {"agent"}
    assert {row.activity for row in asked("activity=dhcp").qs} == {"DHCP"}


def test_it_is_in_the_sentence():
    assert described("Connections", asked("opener=user&opener=agent&activity=dhcp").active) == (
        "Connections opened by User or Agent, for “dhcp”"
    )


def test_it_is_counted_with_all_other_filters():
    choices = count_facets(asked("destination=appliance&opener=user")).choices["opener"]
    assert choices == [
        Choice("user", "User", 11, True),
        Choice("agent", "Agent", 5, False),
        Choice("compositing", "Compositing", 2, False),
        Choice("server", "Server", 1, False),
    ]


def test_it_is_in_the_schema():
    class View:
        filterset_class = WiderFilter

    parameters = {found["name"]: found for found in StrictFilterBackend().get_schema_operation_parameters(View())}
    assert parameters["opener"] == {
        "name": "opener",
        "in": "query",
        "required": False,
        "description": "What the source is. Repeat it for any of several.",
        "explode": True,
        "style": "form",
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": Kind.values},
            "minItems": 1,
            "maxItems": 100,
        },
    }
    assert parameters["activity"]["schema"] == parameters["q"]["schema"]


def test_it_is_in_the_form(client, monkeypatch):
    monkeypatch.setattr(ConnectionListing, "filterset_class", WiderFilter)
    response = client.get("/connections/?destination=appliance&opener=user&activity=log")
    assert [
        (facet.label, [(choice.value, choice.count, choice.chosen) for choice in facet.choices], len(facet.more))
        for facet in response.context["facets"]
        if facet.name == "opener"
    ] == [("Opened by", [("user", 1, True), ("agent", 1, False)], 0)]
    form = part(response, '<form id="filter-form"', "</form>")
    assert "Opened by User 1 Agent 1" in words(form)
    assert re.search(r'name="opener"\s+value="user"\s+checked', form)
    assert re.search(r'<input[^>]*name="activity"\s+value="log"[^>]*placeholder="dhcp"', form)
    assert words(part(response, '<ul class="chips"', "</ul>")) == "to Appliance opened by User for “log” Clear all"


def test_it_is_in_the_form_of_a_smaller_listing(client, monkeypatch):
    monkeypatch.setattr(ComponentListing, "filterset_class", WiderComponentFilter)
    response = client.get("/components/?opens=internet&sort=appliance")
    form = part(response, '<form class="controls"', "</form>")
    assert "Opens Any Management Agent Hypervisor Infrastructure Compositing Internet" in words(form)
    assert '<option value="internet" selected>' in form
    assert "Being Appliance 1" in words(form)
    assert words(part(response, '<ul class="chips"', "</ul>")) == "opening Internet being Appliance Clear all"


def test_without_a_label_it_is_carried_along(client):
    html = client.get("/connections/?source__exact=appliance").content.decode()
    assert re.search(r'<input\s+type="hidden"\s+name="source__exact"\s+value="appliance"\s*>', html)
