"""Reading pages as a visitor does: the words of a part, the addresses in it."""

import re
from html import unescape


def html_of(response):
    """The HTML of a page without the line breaks and indents of its templates: single spaces, none between two tags
    nor at the edges of an element. What stands in `pre` and `textarea` stays as it is.
    """
    texts = re.split(r"(<(?:pre|textarea)\b.*?</(?:pre|textarea)>)", response.content.decode(), flags=re.DOTALL)
    for number in range(0, len(texts), 2):
        text = re.sub(r"\s+", " ", texts[number])
        text = re.sub(r" (?=/?>)|(?<=>) (?=<)| (?=</)", "", text)
        texts[number] = re.sub(r"(<\w[^>]*>) ", r"\1", text)
    return "".join(texts)


def part(response, start, end):
    """The HTML between two patterns, both included."""
    return re.search(f"{start}.*?{end}", html_of(response), re.DOTALL)[0]


def main_of(response):
    """The HTML of the main part."""
    return part(response, "<main", "</main>")


def section(response, label):
    """The HTML of the section that the heading with this id labels."""
    return part(response, f'<section aria-labelledby="{label}"', "</section>")


def words(html):
    """The visible words, with single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def addresses(html, pattern):
    """What a pattern's group finds in the addresses of all links, in order."""
    return re.findall(rf'href="{pattern}"', unescape(html))


def connections_in(html):
    """The slugs of the connections that a part links to, in order."""
    return addresses(html, r"/connections/([a-z0-9-]+)/")


def drawn_connections(text):
    """The slugs of the connections to which the labels of a diagram lead, in a page or a file."""
    return set(re.findall(r'<a\s+class="cap [^"]*"\s+href="[^"]*/connections/([^/"]+)/"', text))


def headings(response):
    """The words of every h1."""
    return [words(heading) for heading in re.findall(r"<h1.*?</h1>", html_of(response), re.DOTALL)]


def faults(response):
    """The rows of the table of faults, as the words of their cells, of a page that refused what was sent."""
    assert response.status_code == 422
    rows = re.findall(r"<tr>(.*?)</tr>", section(response, "h-faults"), re.DOTALL)[1:]
    return [tuple(words(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)) for row in rows]


def hidden_fields(response):
    """What the button below a preview sends."""
    text = response.content.decode()
    seen = re.search(r'name="seen" value="([0-9a-f]+)"', text)[1]
    typed = re.search(r'<textarea name="text" hidden>(.*?)</textarea>', text, re.DOTALL)[1]
    return {"seen": seen, "text": unescape(typed)}
