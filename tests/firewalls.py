"""Firewall configurations for tests."""

import datetime

from portmatrix.deployments.catalogue import Catalogue
from portmatrix.deployments.document import read_document
from portmatrix.deployments.installation import installation_of
from portmatrix.firewall import PLATFORMS, Order, render
from portmatrix.rules import resolve

DATE = datetime.date(2026, 7, 1)


def order_of(data, catalogue=None, endpoint=None):
    """What is ordered with a document."""
    catalogue = catalogue or Catalogue.load()
    document = read_document(data, catalogue)
    endpoints = tuple((one.component, one.name, one.address) for one in document.endpoints)
    rules = resolve(installation_of(document, catalogue))
    return Order(document.slug, document.name, rules, DATE, endpoint, endpoints)


def configured(platform, data, endpoint=None):
    """The `Configuration` of a document on a platform, by its slug."""
    return render(PLATFORMS[platform], order_of(data, endpoint=endpoint))
