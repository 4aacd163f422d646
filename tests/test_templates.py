"""The standard form of templates: what `python -m scripts.templates` changes, keeps and refuses."""

import pytest

from scripts import templates


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A project with an empty folder of templates, which takes the place of ours."""
    monkeypatch.setattr(templates, "ROOT", tmp_path)
    (tmp_path / "templates").mkdir()
    return tmp_path / "templates"


def test_one_element_a_line():
    assert templates.formatted("{% if x %}\n<ul><li>a</li><li>b</li></ul>\n{% endif %}\n") == (
        "{% if x %}\n    <ul>\n        <li>a</li>\n        <li>b</li>\n    </ul>\n{% endif %}\n"
    ).replace("    ", "  ")


def test_no_space_comes_between_words_and_what_touches_them():
    text = "<p>See <a href='/'>it</a>, <b>now</b>.</p>\n"
    assert templates.formatted(text) == text.replace("'", '"')


def test_a_template_within_a_line_gets_no_newline_at_its_end():
    assert templates.formatted("<b>{{ x }}</b>") == "<b>{{ x }}</b>"
    assert templates.formatted("<b>{{ x }}</b>\n") == "<b>{{ x }}</b>\n"


def test_a_template_that_cannot_be_read_is_refused():
    with pytest.raises(SystemExit, match="<p>"):
        templates.formatted("{% if x %}<p>\n")


def test_check_names_what_is_not_formatted_and_changes_nothing(folder, capsys):
    page = folder / "page.html"
    page.write_text("<p   class='a'>x</p>\n")
    assert templates.main(["--check"]) == 1
    assert capsys.readouterr().err == "templates/page.html: not in its standard form; `make format` puts it in.\n"
    assert templates.main([]) == 0
    assert page.read_text() == '<p class="a">x</p>\n'
    assert templates.main(["--check"]) == 0


def test_lines_that_are_too_long_are_named(folder, capsys):
    (folder / "drawing.svg").write_text(f"<svg>\n{'x' * 161}\n{'x' * 160}\n</svg>\n")
    assert templates.main(["--check"]) == 1
    assert capsys.readouterr().err == "templates/drawing.svg:2: 161 characters; at most 160.\n"
