"""A proxy that changes what a browser sent: the answer names our variable, or the proxy's setting, that mends it."""

import ipaddress

import pytest
from django.test import Client

from .support.reading import main_of, words

pytestmark = pytest.mark.django_db

KEEP_HOST = (
    "Let the proxy pass on the Host header as the browser sent it (nginx: proxy_set_header Host $http_host; Apache: "
    "ProxyPreserveHost On), its port too; or add the origin to ALPORTS_TRUSTED_ORIGINS."
)
FORMS = ("/accounts/login/", "/accounts/logout/", "/overrides/add/", "/admin/login/", "/deployments/_new/")


@pytest.fixture
def visitor():
    """A client whose forms need a token, which this one has."""
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "x" * 32
    return client


def send(visitor, path="/accounts/login/", secure=False, **headers):
    form = {"csrfmiddlewaretoken": "x" * 32, "username": "ann", "password": "wrong"}
    return visitor.post(path, form, secure=secure, headers=headers)


def message_of(answer):
    """The sentence of an error page, without the ways out of it."""
    return words(main_of(answer)).removesuffix(" All connections All components All ports")


@pytest.mark.parametrize("path", FORMS)
def test_a_form_over_a_proxy_that_speaks_https_names_the_variable(visitor, path):
    answer = send(visitor, path, Host="localhost", Origin="https://localhost")
    assert answer.status_code == 403
    assert message_of(answer).endswith(
        "The form was sent from https://localhost, and alports takes this site for http://localhost. If a proxy speaks "
        "HTTPS for alports, start alports with ALPORTS_HTTPS=true."
    )


def test_a_proxy_that_does_not_say_https_is_named(visitor, settings):
    settings.HTTPS, settings.SECURE_SSL_REDIRECT = True, False
    answer = send(visitor, Host="localhost", Origin="https://localhost")
    assert message_of(answer).endswith("The proxy must set X-Forwarded-Proto to https.")


@pytest.mark.parametrize(
    ("host", "origin", "ours"),
    [
        ("localhost", "http://localhost:9100", "http://localhost"),  # the proxy dropped the port
        ("localhost:8000", "http://ports.example.org", "http://localhost:8000"),  # and here the name
    ],
)
def test_a_proxy_that_changes_the_host_is_told_what_to_keep(visitor, host, origin, ours):
    answer = send(visitor, Host=host, Origin=origin)
    assert answer.status_code == 403
    assert message_of(answer).endswith(
        f"The form was sent from {origin}, and alports takes this site for {ours}. {KEEP_HOST}"
    )


def test_a_trusted_origin_is_taken(visitor, settings):
    settings.CSRF_TRUSTED_ORIGINS = ["http://localhost:9100"]
    assert send(visitor, Host="localhost", Origin="http://localhost:9100").status_code == 200


def test_a_hidden_origin_is_explained(visitor):
    answer = send(visitor, Host="localhost", Origin="null")
    assert message_of(answer).endswith(
        "The form was sent from null, and alports takes this site for http://localhost. The browser hides where the "
        "form is from: allow it the Referrer-Policy same-origin."
    )


def test_over_https_a_form_without_a_referer_is_explained(visitor):
    answer = send(visitor, secure=True, Host="localhost")
    assert "The browser did not say from which page the form was sent." in message_of(answer)
    answer = send(visitor, secure=True, Host="localhost", Referer="https://elsewhere.example/")
    assert "The form was sent from https://elsewhere.example/, and alports takes" in message_of(answer)


def test_a_form_without_its_token_is_still_told_so(visitor):
    del visitor.cookies["csrftoken"]
    answer = visitor.post("/accounts/login/", {"username": "ann"})
    assert "The form's security token is missing or too old." in message_of(answer)


def test_the_word_of_a_proxy_that_is_not_trusted_is_not_believed(client, settings):
    settings.TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.5"),)
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    spoken = {"X-Forwarded-Proto": "https"}
    assert client.get("/", headers=spoken, REMOTE_ADDR="10.0.0.5").wsgi_request.is_secure()
    assert not client.get("/", headers=spoken, REMOTE_ADDR="10.0.0.6").wsgi_request.is_secure()


def test_with_https_an_untrusted_proxy_is_named_instead_of_an_endless_redirect(client, settings):
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/api/", headers={"X-Forwarded-Proto": "https"}, REMOTE_ADDR="10.0.0.6")
    assert (answer.status_code, answer.json()) == (
        400,
        {
            "detail": "The request came over a proxy at 10.0.0.6 that alports does not trust. If it is yours, add its "
            "address to ALPORTS_TRUSTED_PROXIES and start alports again."
        },
    )
