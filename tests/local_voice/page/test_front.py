"""The page's files, read without a browser: structure, labels, colors, words."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask, render_template

from dialogue.loading import load_content
from local_voice.page.routes import FILES, FRONT, build_page_words
from local_voice.session.events import NAMED_INPUTS
from local_voice.session.keyboard import KEYS

TEXT, LARGE_OR_LINE = 4.5, 3.0
"""Least contrast of text, and of large text, borders and marks. Source: WCAG 2.2."""
LOOKS = ("light", "dark", "contrast")
PAIRS = {
    ("ink", "paper"): TEXT,
    ("ink", "card"): TEXT,
    ("ink", "mark"): TEXT,
    ("quiet", "paper"): TEXT,
    ("quiet", "card"): TEXT,
    ("accent", "paper"): TEXT,
    ("accent", "card"): TEXT,
    ("accent", "mark"): TEXT,
    ("danger", "paper"): TEXT,
    ("danger", "card"): TEXT,
    ("danger", "on-danger"): TEXT,
    ("on-press", "press"): TEXT,
    ("on-notice", "notice"): TEXT,
    ("line", "paper"): LARGE_OR_LINE,
    ("line", "card"): LARGE_OR_LINE,
    ("press", "paper"): LARGE_OR_LINE,
    ("focus", "paper"): LARGE_OR_LINE,
    ("focus", "card"): LARGE_OR_LINE,
}
CSS = (FRONT / "page.css").read_text(encoding="utf-8")
SCRIPT = "".join(
    (FRONT / name).read_text(encoding="utf-8") for name in FILES if name.endswith(".js")
)
VOID = {"br", "hr", "img", "input", "link", "meta"}


class Elements(HTMLParser):
    """Every element with its attributes and its own text; checks the nesting."""

    def __init__(self, text):
        """Read `text`."""
        super().__init__()
        self.found, self._open = [], []
        self.feed(text)
        assert [] == self._open

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        element = {"tag": tag, "text": "", **dict(attrs)}
        self.found.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_data(self, data):
        """Add text to all that is open."""
        for element in self._open:
            element["text"] += data

    def handle_endtag(self, tag):
        """Close the last element, which must be of that kind."""
        assert tag == self._open.pop()["tag"]

    def of(self, tag):
        """Return the elements of one kind."""
        return [e for e in self.found if e["tag"] == tag]


@pytest.fixture(scope="module", params=["page.html", "code.html"])
def elements(request):
    """Return the elements of each page, as served."""
    return read_page(request.param)


def read_page(name):
    """Return the elements of one of the two pages, with all that either can have."""
    app = Flask(__name__, template_folder=str(FRONT))
    with app.app_context():
        words = build_page_words(load_content())
        return Elements(render_template(name, **words, asks_for_code=True))


def luminance(color):
    """Return the relative luminance of `#rrggbb`. Source: WCAG 2.2."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast of two colors, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colors(look):
    """Return the color variables of a look."""
    selector = ":root" if look == "light" else rf'\[data-look="{look}"\]'
    block = re.search(rf"^{selector} {{(.*?)^}}", CSS, re.MULTILINE | re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def test_the_contrast_formula_is_right():
    """Black on white is 21; a gray in the middle is known too."""
    assert 21 == pytest.approx(contrast("#000000", "#ffffff"))
    assert 4.54 == pytest.approx(contrast("#767676", "#ffffff"), abs=0.005)


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_has_enough_contrast(look):
    """Text at least 4.5 to 1, marks and borders 3 to 1; high contrast 7 to 1."""
    known = colors(look)
    for (front, behind), least in PAIRS.items():
        wanted = max(least, 7.0) if look == "contrast" else least
        assert contrast(known[front], known[behind]) >= wanted, (front, behind)


def test_every_color_is_a_variable():
    """So no color escapes the computed contrast."""
    rules = re.sub(r"^(:root|\[data-look[^{]*) {.*?^}", "", CSS, flags=re.M | re.S)
    assert [] == re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsla?\(", rules)
    assert [] == re.findall(r"opacity:\s*0?\.\d", rules)
    sizes = set(re.findall(r"--([\w-]+): [\d.]+rem", CSS)) | {"fit"}
    used = set(re.findall(r"var\(--([\w-]+)", CSS)) - sizes
    for look in LOOKS:
        assert used == set(colors(look))


def test_the_page_names_its_language_and_allows_zoom(elements):
    """Nothing keeps a person from making it larger."""
    assert "en-US" == elements.of("html")[0]["lang"]
    views = [m for m in elements.of("meta") if m.get("name") == "viewport"]
    assert ["width=device-width, initial-scale=1"] == [v["content"] for v in views]
    assert elements.of("title")[0]["text"].strip()


def test_every_id_is_used_once(elements):
    """And what labels or describes is there."""
    ids = [e["id"] for e in elements.found if "id" in e]
    assert len(ids) == len(set(ids))
    for element in elements.found:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set(element.get(name, "").split()) <= set(ids)
        if element.get("href", "").startswith("#"):
            assert element["href"][1:] in ids


def test_everything_to_press_has_a_name(elements):
    """Words, or a label where there is only a sign."""
    for element in elements.found:
        if element["tag"] in ("button", "a", "summary"):
            assert element["text"].strip() or element.get("aria-label"), element
    fields = [i for i in elements.of("input") if i.get("type") != "radio"]
    labelled = {label.get("for") for label in elements.of("label")}
    assert all(field["id"] in labelled for field in fields)


def test_the_emergency_number_is_in_the_page_itself(elements):
    """Not sent later, not hidden: it stays when the connection is lost."""
    links = [a for a in elements.of("a") if a.get("href") == "tel:911"]
    assert "hidden" not in links[0]
    assert "911" in links[0]["text"]


def test_every_button_of_the_page_means_something():
    """The page offers exactly the buttons that amount to an event."""
    buttons = [b for b in read_page("page.html").of("button") if "data-press" in b]
    assert set(NAMED_INPUTS) == {b["data-press"] for b in buttons}


def test_keys_are_those_of_the_terminal():
    """Each once, single characters alone, and told to a screen reader."""
    buttons = [b for b in read_page("page.html").of("button") if "data-keys" in b]
    keys = {b["data-press"]: b["data-keys"].split() for b in buttons}
    for name, own in keys.items():
        assert set(own) == {key for key in KEYS[name] if key.isprintable()}
    assert {"yes", "no", "unsure", "repeat", "help"} <= set(keys)
    every = [key for own in keys.values() for key in own]
    assert len(every) == len(set(every))
    answers = [b for b in buttons if b["data-press"] in ("yes", "no", "unsure")]
    assert all(b["aria-keyshortcuts"] == b["data-keys"] for b in answers)


def test_live_regions_tell_a_screen_reader():
    """What is said is announced once, what is urgent at once."""
    page = (FRONT / "page.html").read_text(encoding="utf-8")
    assert 1 == page.count('role="status"') == page.count('role="alert"')
    assert "aria-current" in SCRIPT


def test_there_are_no_words_in_the_script_and_the_style():
    """Words stand in the prompts of a locale; signs may stand in the style."""
    code = re.sub(r"(?m)^\s*//.*$|\s//\s.*$", "", SCRIPT)
    for text in re.findall(r'"([^"\n]*)"|`([^`]*)`', code):
        words = "".join(text)
        assert not re.search(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}|[a-z]\. ", words), words
    assert [] == [c for c in re.findall(r'content: "([^"]+)"', CSS) if c.isalpha()]


def test_sizes_grow_with_the_text():
    """Nothing that holds text has a size in pixels, so large text is not cut."""
    sizes = re.findall(r"(?:font-size|height|width|padding|margin): [^;]*\d+px", CSS)
    assert ["height: 1px", "width: 1px"] == sorted(set(sizes))


def test_targets_are_large():
    """At least 44 CSS pixels to press at the smallest text size. Source: WCAG 2.5.5."""
    rules = r"^(#buttons \[data-press\]|summary[^{]*) {[^}]*min-height: ([\d.]+)rem"
    heights = dict(re.findall(rules, CSS, re.MULTILINE))
    assert 2 == len(heights)
    assert all(16 * float(height) >= 44 for height in heights.values())
