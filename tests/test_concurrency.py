"""Two people who save at once can't produce a collision, on SQLite or on PostgreSQL."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from portmatrix.models import Component, Deployment, Endpoint, Port, PortOverride
from portmatrix.overrides.service import OverridesRefused, remove_overrides, save_overrides

from .support.helpers import get_port, override_port

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, SECOND = "citrix-provisioning-connector-tcp-3509", "hyper-v-connector-tcp-3512"


def at_once(*actions):
    """Run each action in a thread with a connection of its own, started together; return what each gave or raised."""
    barrier = Barrier(len(actions))

    def run(action):
        try:
            barrier.wait(timeout=10)
            return action()
        except OverridesRefused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def saving(slug, number):
    return lambda: save_overrides([PortOverride(port=get_port(slug), number=number, reason="CHG-1")])


def numbers_on_the_appliance():
    ports = Port.objects.with_effective_numbers().filter(component__host__slug="appliance", transport="tcp")
    return [port.effective_number for port in ports]


@pytest.mark.parametrize("attempt", range(5))
def test_two_moves_to_one_number(attempt):
    outcomes = at_once(saving(FIRST, 9999), saving(SECOND, 9999))
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, OverridesRefused)) == [OverridesRefused]
    assert PortOverride.objects.filter(number=9999).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_two_moves_of_one_listener(attempt):
    outcomes = at_once(saving(FIRST, 10001), saving(FIRST, 10002))
    assert [isinstance(outcome, OverridesRefused) for outcome in outcomes].count(True) == 1
    assert PortOverride.objects.filter(port=get_port(FIRST)).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_going_back_to_a_number_while_another_takes_it(attempt):
    override = override_port(SECOND, 13512)
    at_once(lambda: remove_overrides([override]), saving(FIRST, 3512))
    numbers = numbers_on_the_appliance()
    assert len(numbers) == len(set(numbers))


def test_moves_on_different_hosts_both_succeed():
    outcomes = at_once(saving(FIRST, 9999), saving("agent-tcp-8016", 9999))
    assert [type(outcome) for outcome in outcomes] == [list, list]


class Meeting:
    """Where two transactions wait for each other. SQLite has one at a time: there the first goes on after a second."""

    def __init__(self):
        self._barrier = Barrier(2)

    def __call__(self):
        with suppress(BrokenBarrierError):
            self._barrier.wait(timeout=1)


def storing(slug, port, component, meet):
    """Store a deployment that moves a port of one host and has an endpoint of another component."""

    def run():
        with transaction.atomic():
            deployment = Deployment.objects.create(slug=slug, name=slug)
            endpoint = Component.objects.get(slug=component)
            Endpoint.objects.create(deployment=deployment, component=endpoint, address="10.0.0.1", position=0)
            moved = PortOverride(deployment=deployment, port=get_port(port), number=9999, reason="CHG-1")
            save_overrides([moved])
            meet()

    return run


def test_two_deployments_that_refer_to_each_others_hosts_are_both_stored():
    meet = Meeting()
    at_once(storing("ulm", FIRST, "agent", meet), storing("bonn", "agent-tcp-8016", "appliance", meet))
    assert set(Deployment.objects.values_list("slug", flat=True)) == {"ulm", "bonn"}


def test_the_catalogue_is_loaded_while_a_deployment_is_stored():
    meet = Meeting()

    def load():
        meet()
        call_command("load_catalogue", verbosity=0)

    def wait_for_its_locks():
        meet()
        time.sleep(0.5)

    first = Component.objects.order_by("name").first().slug
    at_once(storing("ulm", FIRST, first, wait_for_its_locks), load)
    assert Deployment.objects.get().endpoints.get().component.slug == first
