"""What a person does with a page in the browser, and what axe has against it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from . import helpers

LOOKS = [("light", 1440), ("dark", 390)]  # (colour scheme, width in pixels): a laptop and a phone


def sign_in(page, user):
    """Sign in through the form."""
    page.goto("/accounts/login/")
    page.fill("#sign-in-user", user.username)
    page.fill("#sign-in-password", helpers.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".who")).to_have_text(user.username)


def pasted(page) -> str:
    """The clipboard's text, read by pasting into a field made for that: reading it is forbidden to every page."""
    page.evaluate("""() => {
        const field = Object.assign(document.createElement("textarea"), {id: "pasted"});
        document.body.append(field);
        field.focus();
    }""")
    page.keyboard.press("Control+V")
    text = page.locator("#pasted").input_value()
    page.evaluate("document.getElementById('pasted').remove()")
    return text


def faults_of(page):
    """What axe has against the page, and what else breaks it: too wide, no or several h1."""
    violations = Axe().run(page).response["violations"]
    faults = [(violation["id"], node["html"]) for violation in violations for node in violation["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(("wider than the window", page.url))
    if page.locator("h1").count() != 1:
        faults.append(("not one h1", page.url))
    return faults
