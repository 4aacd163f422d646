"""What a visit costs: bytes over the wire, layout shifts, the way of a filter; against a real `manage.py serve`."""

import statistics

import pytest
from playwright.sync_api import expect

from .support.server import free_port, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KB = 1024
FIRST_VISIT, LATER_VISIT = 120 * KB, 30 * KB
WINDOWS = {"laptop": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}
SLOW = {"offline": False, "latency": 50, "downloadThroughput": 16 * KB, "uploadThroughput": 16 * KB}
PAGES = [
    "/",
    "/connections/?destination=appliance",
    "/?view=diagram",
    "/connections/?destination=applaince",
    "/components/appliance/",
    "/ports/3509/",
    "/document/",
    "/search/?q=hyper",
    "/accounts/login/",
]
# Every shift since the page began; the observer is told of the past ones in its first call, if there are any.
SHIFTS = """() => new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().map((entry) => entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve([]), 250);
})"""
# Milliseconds from a press on a choice until the swapped set has settled.
ROUND_TRIP = """(choice) => new Promise((resolve) => {
  const start = performance.now();
  document.addEventListener("htmx:afterSettle", () => resolve(performance.now() - start), { once: true });
  document.querySelector(choice).click();
})"""


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    """The address of an installation of its own, compressed and cached as in production."""
    port = free_port()
    with serving(tmp_path_factory.mktemp("installation") / "data", port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def visitor(browser, origin):
    """A page of a browser with an empty cache."""
    with browser.new_context(base_url=origin, viewport=WINDOWS["laptop"]) as context:
        yield context.new_page()


@pytest.fixture
def network(visitor):
    """What the browser says of its network, and is told of it."""
    session = visitor.context.new_cdp_session(visitor)
    session.send("Network.enable")
    return session


@pytest.fixture
def wire(network):
    """Bytes received for each address since the last `clear()`, headers included; a file from the cache takes none."""
    received, addresses = {}, {}

    def arrived(event):
        address = addresses[event["requestId"]]
        received[address] = received.get(address, 0) + event["encodedDataLength"]

    network.on(
        "Network.requestWillBeSent", lambda event: addresses.update({event["requestId"]: event["request"]["url"]})
    )
    network.on("Network.loadingFinished", arrived)
    return received


def await_the_icon(visitor, wire):
    """Browsers fetch it last, at times after the network was idle; some fetch none."""
    for _ in range(50):
        if any(address.endswith(".svg") for address in wire):
            return
        visitor.wait_for_timeout(100)


def test_the_first_page_is_light_and_lighter_when_it_is_seen_again(visitor, wire, origin):
    visitor.goto("/", wait_until="networkidle")
    await_the_icon(visitor, wire)
    first = wire.copy()
    wire.clear()
    visitor.goto("/", wait_until="networkidle")
    print(f"\nfirst visit: {sum(first.values()) / KB:.1f} KB in {len(first)} answers")
    print(f"later: {sum(wire.values()) / KB:.1f} KB")
    assert 0 < sum(first.values()) < FIRST_VISIT
    assert 0 < sum(wire.values()) < LATER_VISIT
    assert [address for address, size in wire.items() if size] == [f"{origin}/"]


def test_every_page_after_the_first_is_light(visitor, wire):
    visitor.goto("/", wait_until="networkidle")
    sizes = {}
    for path in PAGES:
        wire.clear()
        visitor.goto(path, wait_until="networkidle")
        sizes[path] = sum(wire.values())
    assert all(sizes.values())
    assert [path for path, size in sizes.items() if size >= LATER_VISIT] == []


def test_pages_and_api_are_compressed(visitor, origin):
    for path in ("/", "/api/connections/", "/connections/?destination=applaince"):
        headers = visitor.request.get(path, headers={"Accept-Encoding": "gzip"}).headers
        assert headers["content-encoding"] == "gzip", path
        assert "Accept-Encoding" in headers["vary"], path


@pytest.mark.parametrize("window", WINDOWS)
def test_nothing_moves_while_a_page_arrives_slowly(visitor, network, window):
    visitor.set_viewport_size(WINDOWS[window])
    shifts = {"first": visitor.goto("/") and visitor.evaluate(SHIFTS)}
    network.send("Network.emulateNetworkConditions", SLOW)
    for path in PAGES:
        visitor.goto(path)
        shifts[path] = visitor.evaluate(SHIFTS)
    assert shifts == {path: [] for path in ("first", *PAGES)}


def test_a_filter_swaps_the_set_and_says_how_long_it_took(visitor):
    visitor.goto("/")
    sentence = visitor.locator("#sentence")
    took = []
    for said in ["over TCP.", "components."] * 5:
        took.append(visitor.evaluate(ROUND_TRIP, "#f-transport-tcp"))
        expect(sentence).to_contain_text(said)
    print(f"\na filter's round trip: median {statistics.median(took):.0f} ms, slowest {max(took):.0f} ms")
