"""Overrides: effective numbers, what is refused and in which words, overrides that are judged together, history."""

import pytest
from django.db import IntegrityError, transaction

from portmatrix.models import Connection, Deployment, Port, PortOverride
from portmatrix.overrides.numbers import Fault
from portmatrix.overrides.service import OverridesRefused, faults_of, remove_overrides, save_overrides

from .support.helpers import get_port, override_port

pytestmark = pytest.mark.django_db

PVS = "citrix-provisioning-connector-tcp-3509"
HYPER_V = "hyper-v-connector-tcp-3512"


def new(slug, number, deployment=None):
    return PortOverride(port=get_port(slug), number=number, reason="CHG-1042", deployment=deployment)


def effective(slug, deployment=None):
    port = get_port(slug)
    return Port.objects.with_effective_numbers(deployment).get(pk=port.pk).effective_number


def refused_of(*overrides):
    """The faults that saving overrides together meets, by position: (field, sentence) pairs."""
    with pytest.raises(OverridesRefused) as refused:
        save_overrides(list(overrides))
    return pairs(refused.value.faults)


def pairs(faults):
    return {position: [(fault.field, fault.message) for fault in several] for position, several in faults.items()}


def test_every_flow_follows_a_moved_listener():
    override_port(PVS, 13509)
    numbers = {
        connection.slug: [port.effective_number for port in connection.ports.all()]
        for connection in Connection.objects.filter(ports=get_port(PVS)).with_ports()
    }
    assert numbers == {
        "admin-user-to-citrix-provisioning-connector-communication": [3009, 13509],
        "agent-on-citrix-provisioning-to-citrix-provisioning-connector-disk-download": [3009, 13509],
    }


def test_effective_number_is_the_deployments_then_the_global_then_the_default():
    here, there = Deployment.objects.create(slug="here", name="Here"), Deployment.objects.create(slug="x", name="X")
    assert effective(PVS) == effective(PVS, here) == 3509
    override_port(PVS, 13509)
    assert effective(PVS) == effective(PVS, here) == 13509
    override_port(PVS, 23509, deployment=here)
    assert (effective(PVS), effective(PVS, here), effective(PVS, there)) == (13509, 23509, 13509)


@pytest.mark.parametrize("number", [0, -1, 65536])
def test_a_number_that_is_no_port_is_refused(number):
    message = f"{number} is not a port. Give a number from 1 to 65535."
    assert refused_of(new(PVS, number)) == {0: [("number", message)]}


@pytest.mark.parametrize("number", [1, 65535])
def test_the_lowest_and_highest_ports_are_taken(number):
    save_overrides([new(PVS, number)])
    assert effective(PVS) == number


def test_the_number_that_it_has_anyway_is_refused():
    message = "Citrix Provisioning connector service listens on 3509 anyway. Give another number, or no override."
    assert refused_of(new(PVS, 3509)) == {0: [("number", message)]}


def test_a_deployment_may_return_to_the_default_but_not_repeat_the_global_number():
    here = Deployment.objects.create(slug="here", name="Here")
    override_port(PVS, 13509)
    assert list(refused_of(new(PVS, 13509, here))) == [0]
    save_overrides([new(PVS, 3509, here)])
    assert effective(PVS, here) == 3509


def test_a_collision_on_the_host_names_the_other_party_and_the_next_free_number():
    message = "TCP 3512 is taken on Appliance by Hyper-V connector service. Next free: 3513."
    assert refused_of(new(PVS, 3512)) == {0: [("number", message)]}
    assert not PortOverride.objects.exists()


def test_the_hosts_own_listener_collides_as_well():
    message = "TCP 443 is taken on Appliance by Appliance. Next free: 444."
    assert refused_of(new(PVS, 443)) == {0: [("number", message)]}


def test_the_next_free_number_skips_moved_ones_and_goes_down_at_the_end():
    override_port("appliance-tcp-22", 65535)
    assert faults_of(new(PVS, 65535))[0].params["next_free"] == 65534
    override_port("bits-server-tcp-3515", 3513)
    assert faults_of(new(PVS, 3512))[0].params["next_free"] == 3514


def test_another_transport_or_another_host_does_not_collide():
    save_overrides([new(PVS, 68)])  # UDP 68 is the appliance's
    save_overrides([new("agent-tcp-8016", 443)])
    assert (effective(PVS), effective("agent-tcp-8016")) == (68, 443)


def test_a_number_that_another_listener_left_is_free():
    override_port(HYPER_V, 13512)
    override_port(PVS, 3512)
    assert (effective(HYPER_V), effective(PVS)) == (13512, 3512)


def test_members_of_a_group_have_addresses_of_their_own():
    with pytest.raises(OverridesRefused):
        save_overrides([new("vcenter-tcp-443", 443)])
    override_port("vcenter-tcp-443", 8443)
    override_port("esxi-hosts-tcp-443", 8443)
    assert effective("vcenter-tcp-443") == effective("esxi-hosts-tcp-443") == 8443


def test_a_swap_in_one_request_is_legal():
    save_overrides([new(PVS, 3512), new(HYPER_V, 3509)])
    assert (effective(PVS), effective(HYPER_V)) == (3512, 3509)


def test_half_a_swap_is_not():
    assert list(refused_of(new(PVS, 3512))) == [0]


def test_one_bad_move_in_a_list_refuses_all_and_names_its_place():
    faults = refused_of(new("appliance-tcp-22", 2222), new(PVS, 3512), new("appliance-tcp-80", 0))
    assert sorted(faults) == [1, 2]
    assert not PortOverride.objects.exists()


def test_two_moves_to_one_number_collide_with_each_other():
    faults = refused_of(new(PVS, 9999), new(HYPER_V, 9999))
    assert faults[0][0][1] == "TCP 9999 is taken on Appliance by Hyper-V connector service. Next free: 10000."
    assert (
        faults[1][0][1] == "TCP 9999 is taken on Appliance by Citrix Provisioning connector service. Next free: 10000."
    )


def test_a_listener_is_moved_once():
    override_port(PVS, 13509)
    fix = "Change that override instead."
    message = f"Citrix Provisioning connector service, TCP 3509 has been moved already, to 13509. {fix}"
    assert refused_of(new(PVS, 14509)) == {0: [("port", message)]}
    assert refused_of(new(HYPER_V, 1), new(HYPER_V, 2))[1][0][0] == "port"


def test_an_override_can_be_changed_in_place():
    override = override_port(PVS, 13509)
    override.number = 14509
    save_overrides([override])
    assert effective(PVS) == 14509


def test_changing_only_the_reason_is_not_a_collision_with_itself():
    override = override_port(PVS, 13509)
    override.reason = "CHG-1043"
    assert save_overrides([override])[0].reason == "CHG-1043"


def test_a_global_move_is_judged_in_every_deployment_it_affects():
    here = Deployment.objects.create(slug="here", name="Here")
    override_port(HYPER_V, 13512, deployment=here)
    message = "In the deployment Here, TCP 13512 is taken on Appliance by Hyper-V connector service. Next free: 13513."
    assert refused_of(new(PVS, 13512)) == {0: [("number", message)]}
    there = Deployment.objects.create(slug="there", name="There")
    save_overrides([new(PVS, 13512, there)])
    assert effective(PVS, there) == 13512


def test_a_move_in_one_deployment_does_not_repeat_its_name():
    here = Deployment.objects.create(slug="here", name="Here")
    override_port(HYPER_V, 13512, deployment=here)
    message = "TCP 13512 is taken on Appliance by Hyper-V connector service. Next free: 13513."
    assert refused_of(new(PVS, 13512, here)) == {0: [("number", message)]}


def test_taking_an_override_back_names_the_deployment_in_which_its_default_is_taken():
    moved_away = override_port(HYPER_V, 13512)
    override_port(PVS, 3512, deployment=Deployment.objects.create(slug="here", name="Here"))
    with pytest.raises(OverridesRefused) as refused:
        remove_overrides([moved_away])
    message = (
        "In the deployment Here, TCP 3512 is taken on Appliance by Citrix Provisioning connector service. "
        "Move Citrix Provisioning connector service first."
    )
    assert pairs(refused.value.faults) == {0: [("port", message)]}
    [fault] = refused.value.faults[0]
    assert (fault.params["other"], fault.params["next_free"]) == (get_port(PVS), 3513)


def test_only_a_move_that_counts_where_numbers_collide_is_at_fault():
    """The deployment keeps 80 for itself, so of a swap everywhere only what comes to 80 meets something there."""
    here = Deployment.objects.create(slug="here", name="Here")
    everywhere = override_port("appliance-tcp-80", 8080)
    override_port("appliance-tcp-80", 80, deployment=here)
    remove_overrides([everywhere])
    message = "In the deployment Here, TCP 80 is taken on Appliance by Appliance, TCP 80. Next free: 81."
    assert refused_of(new("appliance-tcp-80", 443), new("appliance-tcp-443", 80)) == {1: [("number", message)]}


def test_taking_an_override_back_is_refused_when_its_default_is_taken_meanwhile():
    moved_away = override_port(HYPER_V, 13512)
    override_port(PVS, 3512)
    with pytest.raises(OverridesRefused) as refused:
        remove_overrides([moved_away])
    message = (
        "TCP 3512 is taken on Appliance by Citrix Provisioning connector service. "
        "Move Citrix Provisioning connector service first."
    )
    assert pairs(refused.value.faults) == {0: [("port", message)]}
    [fault] = refused.value.faults[0]
    assert (fault.params["other"], fault.params["next_free"]) == (get_port(PVS), 3513)
    assert effective(HYPER_V) == 13512


def test_both_overrides_of_a_swap_can_be_taken_back_together():
    swapped = save_overrides([new(PVS, 3512), new(HYPER_V, 3509)])
    remove_overrides(swapped)
    assert (effective(PVS), effective(HYPER_V)) == (3509, 3512)


def test_the_faults_of_an_override_are_known_before_it_is_saved():
    assert faults_of(new(PVS, 3512)) == [
        Fault(
            "number",
            "taken",
            {
                "port": get_port(PVS),
                "number": 3512,
                "other": get_port(HYPER_V),
                "deployment": None,
                "next_free": 3513,
            },
        )
    ]
    assert faults_of(new(PVS, 13509)) == []
    assert not PortOverride.objects.exists()


def test_history_outlives_the_override():
    override = override_port(PVS, 13509, reason="CHG-1042")
    override.number, override.reason = 14509, "CHG-1043"
    save_overrides([override])
    remove_overrides([override], reason="CHG-1044")
    history = PortOverride.history.order_by("history_id").values_list(
        "history_type", "number", "reason", "history_change_reason"
    )
    assert list(history) == [
        ("+", 13509, "CHG-1042", None),
        ("~", 14509, "CHG-1043", None),
        ("-", 14509, "CHG-1043", "CHG-1044"),
    ]


@pytest.mark.parametrize("number", [0, 65536])
def test_the_database_itself_refuses_a_number_that_is_no_port(number):
    with pytest.raises(IntegrityError), transaction.atomic():
        new(PVS, number).save()


def test_the_database_itself_refuses_a_second_override_of_a_listener():
    override_port(PVS, 13509)
    with pytest.raises(IntegrityError), transaction.atomic():
        new(PVS, 14509).save()
