"""Themes: the system decides until someone chooses, the choice is in the page before its first paint; little motion."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(19, 21, 25)", "rgb(255, 255, 255)"
# The colour of the page, taken when the browser reports its first paint.
AT_FIRST_PAINT = """
window.firstBackground = new Promise((resolve) => {
  new PerformanceObserver(() => resolve(getComputedStyle(document.body).backgroundColor))
    .observe({ type: "paint", buffered: true });
});
"""


@pytest.mark.parametrize(("system", "chosen", "expected"), [("light", "Dark", DARK), ("dark", "Light", LIGHT)])
def test_a_choice_is_remembered_everywhere_and_nothing_flashes(page, system, chosen, expected):
    page.emulate_media(color_scheme=system)
    page.add_init_script(AT_FIRST_PAINT)
    page.goto("/")
    page.get_by_title(chosen).click()
    assert page.evaluate(BACKGROUND) == expected
    for path in ("/", "/connections/", "/components/appliance/", "/document/", "/accounts/login/"):
        answer = page.goto(path)
        assert f'<html lang="en" data-theme="{chosen.lower()}">' in answer.text()
        assert page.evaluate("window.firstBackground") == expected
        expect(page.get_by_role("radio", name=chosen)).to_be_checked()


def test_the_system_decides_again_when_asked_to(page):
    page.emulate_media(color_scheme="dark")
    page.goto("/")
    assert page.evaluate(BACKGROUND) == DARK
    page.get_by_title("Light").click()
    assert page.evaluate(BACKGROUND) == LIGHT
    page.get_by_title("As the system").click()
    assert page.evaluate(BACKGROUND) == DARK
    page.reload()
    assert page.evaluate(BACKGROUND) == DARK


def test_the_switch_works_by_keyboard(page):
    page.emulate_media(color_scheme="light")
    page.goto("/")
    page.get_by_role("radio", name="As the system").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.evaluate(BACKGROUND) == DARK


def test_a_cookie_that_is_no_theme_is_not_believed(page, context, live_server):
    context.add_cookies([{"name": "theme", "value": "blue", "url": live_server.url}])
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "auto")


def test_motion_is_for_those_who_do_not_mind_it():
    allowed = re.compile(r"@media \(prefers-reduced-motion: no-preference\) \{[^{}]*\{[^{}]*\}\s*\}")
    sheets = sorted(Path(settings.BASE_DIR, "portmatrix/static/portmatrix").glob("*.css"))
    sheets.append(Path(settings.BASE_DIR, "templates/connections/diagram.css"))
    moving = {
        sheet.name: re.findall(r"\b(?:transition|animation|scroll-behavior)\b", allowed.sub("", sheet.read_text()))
        for sheet in sheets
    }
    assert moving == {sheet.name: [] for sheet in sheets}
