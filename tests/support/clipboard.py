"""What a page has put into the clipboard, read as a person does: by pasting. Reading it is forbidden to every page."""


def pasted(page) -> str:
    """Paste into a field made for that; return what comes."""
    page.evaluate("""() => {
        const field = Object.assign(document.createElement("textarea"), {id: "pasted"});
        document.body.append(field);
        field.focus();
    }""")
    page.keyboard.press("Control+V")
    text = page.locator("#pasted").input_value()
    page.evaluate("document.getElementById('pasted').remove()")
    return text
