"""Two people who save at once can't produce a collision, on SQLite or on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from portmatrix.models import Port, PortOverride
from portmatrix.overrides import OverridesRefused, delete_overrides, save_overrides

from .helpers import listener, move

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
    return lambda: save_overrides([PortOverride(port=listener(slug), number=number, reason="CHG-1")])


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
    assert PortOverride.objects.filter(port=listener(FIRST)).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_going_back_to_a_number_while_another_takes_it(attempt):
    override = move(SECOND, 13512)
    at_once(lambda: delete_overrides([override]), saving(FIRST, 3512))
    numbers = numbers_on_the_appliance()
    assert len(numbers) == len(set(numbers))


def test_moves_on_different_hosts_both_succeed():
    outcomes = at_once(saving(FIRST, 9999), saving("agent-tcp-8016", 9999))
    assert [type(outcome) for outcome in outcomes] == [list, list]
