"""The report in a real browser: every control works, nothing is fetched, nothing breaks, and axe finds no fault.

The page draws in the next frame, and on a loaded machine that may be seconds away. So nothing is read at once after
an action: `expect` waits for what it asserts, and `settle` until all that was asked for is drawn.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from .conftest import EVIL

playwright = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
expect = playwright.expect
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the browser tests need axe")
CHROMIUM = os.environ.get("CITENET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; set CITENET_CHROMIUM or install it"),
    pytest.mark.filterwarnings("default"),  # the driver's own libraries warn of their own future
]
PATIENCE = 60_000  # milliseconds until a condition counts as failed; what holds is met at once on an idle machine
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS, timeout=2 * PATIENCE)
        expect.set_options(timeout=PATIENCE)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, report_file):
    """Open a fresh page with the report; at the end nothing was fetched, logged, thrown or asked."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    told, asked = [], []

    def asks(dialog):
        told.append(dialog.message)
        dialog.dismiss()

    tab.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.on("dialog", asks)
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(report_file.as_uri())
    settle(tab)
    yield tab
    settle(tab)  # what the last action still set off is heard too
    broken = tab.evaluate("window.broken")
    context.close()
    assert told == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [report_file.as_uri()]
    assert broken is None


@pytest.fixture(scope="module")
def data(report_file):
    text = report_file.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="network-data">(.*?)</script>', text).group(1))


def settle(page) -> None:
    """Wait until all that was asked for so far is drawn.

    The page draws in an animation frame, or after a movement when its timer of 140 ms has run out. A longer timer set
    later ends later, and frames come in turn, so what was asked for is drawn on return, however slow the machine.
    """
    page.evaluate(
        """() => new Promise(done => setTimeout(() => {
            let left = 4;
            const next = () => left-- ? requestAnimationFrame(next) : done();
            next();
        }, 200))"""
    )


def shown(page) -> tuple[int, int]:
    """Works and citations that the page says it shows, once it is drawn."""
    settle(page)
    numbers = re.findall(r"([\d,]+) (?:works?|citations?) of", page.locator("#status").inner_text())
    works, citations = (int(number.replace(",", "")) for number in numbers)
    return works, citations


def find(page, words: str) -> None:
    page.locator("#find").fill(words)
    page.locator("#find").press("Enter")
    settle(page)


def view(page) -> list[float]:
    """Where the network stands: enlargement and shift."""
    return page.evaluate("() => { const { k, x, y } = document.getElementById('map').__zoom; return [k, x, y]; }")


def chosen(page):
    return page.locator("#chosen .name")


def test_the_whole_network_is_shown_at_first(page, net):
    assert shown(page) == (net.n_works, net.n_citations)


def test_markup_in_a_title_is_text_wherever_it_appears(page):
    for title in EVIL[:5]:
        page.locator("#find").fill(title)
        expect(page.locator("#found li").first).to_contain_text(title.split()[0])
    find(page, "window.broken name0")
    expect(chosen(page)).to_have_text(EVIL[0])
    expect(page.locator("#chosen script")).to_have_count(0)


def test_search_finds_words_of_title_author_and_year_whatever_their_accents(page, data):
    found = page.locator("#found li")
    page.locator("#find").fill("name20 number")
    named = [author.startswith("Name20") for author in data["works"]["authors"]]
    expect(found).to_have_count(min(12, sum(named)))
    ids = [int(n) for n in found.evaluate_all("all => all.map(one => one.dataset.work)")]
    assert ids
    assert all(named[i] for i in ids)
    page.locator("#find").fill("unicode")
    expect(found).to_have_count(1)
    expect(found).to_contain_text(EVIL[5])
    page.locator("#find").fill("no such work at all")
    expect(page.locator("#found")).to_contain_text("No work")
    page.locator("#find").press("Escape")
    expect(page.locator("#found")).to_be_hidden()


def test_search_goes_by_keyboard(page):
    field = page.locator("#find")
    field.fill("title number 1")
    field.press("ArrowDown")
    field.press("ArrowDown")
    second = page.locator("#found li").nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    name = second.inner_text().split(" — ")[1]
    field.press("Enter")
    expect(chosen(page)).to_have_text(name)


def test_a_chosen_work_shows_its_neighbours_and_they_can_be_chosen(page, data):
    find(page, "title number 120")
    i = data["works"]["title"].index("Title number 120")
    arcs = np.array([data["arcs"]["citing"], data["arcs"]["cited"]])
    neighbours = set(arcs[1][arcs[0] == i]) | set(arcs[0][arcs[1] == i])
    expect(page.locator("#chosen li")).to_have_count(len(neighbours))
    expect(page.locator("#chosen")).to_contain_text(f"{len(neighbours)} neighbour")
    first = page.locator("#chosen li button").first
    name = first.get_attribute("title")
    assert name != "Title number 120"
    first.click()
    expect(chosen(page)).to_have_text(name)
    page.locator("#chosen button", has_text="Clear").click()
    expect(page.locator("#chosen")).to_be_hidden()


def test_hovering_shows_a_card_and_clicking_chooses(page):
    find(page, "title number 60")
    expect(chosen(page)).to_have_text("Title number 60")
    page.locator("#map").press("Escape")
    expect(page.locator("#chosen")).to_be_hidden()
    page.locator("#map").scroll_into_view_if_needed()
    settle(page)
    box = page.locator("#map").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    expect(page.locator("#card")).to_be_visible()
    expect(page.locator("#card .name")).to_have_text("Title number 60")
    page.mouse.click(*middle)
    expect(chosen(page)).to_have_text("Title number 60")
    page.mouse.click(*middle)
    expect(page.locator("#chosen")).to_be_hidden()
    page.mouse.move(box["x"] + 1, box["y"] - 5)
    expect(page.locator("#card")).to_be_hidden()


def test_a_work_is_drawn_in_the_colour_of_its_group(page, data):
    """The middle of the canvas, where a found work is put, has its colour."""
    colours = {0: (0x00, 0x72, 0xB2), 1: (0xD5, 0x5E, 0x00)}
    groups = data["works"]["group"]
    works = [50, 60, 70, *(groups.index(group, 100) for group in colours)]  # both groups, whatever the simulation gives
    for i in works:
        find(page, f"title number {i}")
        expect(chosen(page)).to_have_text(f"Title number {i}")
        page.locator("#map").press("Escape")
        expect(page.locator("#chosen")).to_be_hidden()
        settle(page)
        pixel = page.evaluate(
            "() => { const map = document.getElementById('map'), dot = "
            "document.createElement('canvas').getContext('2d');"
            "dot.drawImage(map, map.width / 2, map.height / 2, 1, 1, 0, 0, 1, 1);"
            "return [...dot.getImageData(0, 0, 1, 1).data].slice(0, 3); }"
        )
        assert np.abs(np.subtract(pixel, colours[groups[i]])).max() < 40


def test_only_crossing_shows_the_citations_that_cross(page, net, result):
    page.locator("#crossing").check()
    assert shown(page) == (len(result.papers), len(result.arcs))
    page.locator("#crossing").uncheck()
    assert shown(page) == (net.n_works, net.n_citations)


def test_the_years_hide_what_lies_outside_them(page, data):
    year = np.array([np.nan if value is None else value for value in data["works"]["year"]])
    citing, cited = data["arcs"]["citing"], data["arcs"]["cited"]

    def within(first, last):
        inside = (year >= first) & (year <= last)
        return inside.sum(), (inside[citing] & inside[cited]).sum()

    page.locator("#from").fill("1995")
    page.locator("#to").fill("2000")
    assert shown(page) == within(1995, 2000)
    expect(page.locator("#span")).to_have_text("1995–2000")
    page.locator("#from").fill("2005")  # beyond the other end, which goes along
    expect(page.locator("#span")).to_have_text("2005–2005")
    assert shown(page) == within(2005, 2005)


@pytest.mark.parametrize("scheme", ["group", "community", "year"])
def test_the_legend_counts_every_work_and_hides_a_colour(page, net, scheme):
    page.locator("#colour").select_option(scheme)
    settle(page)
    buttons = page.locator("#legend button")
    sizes = [
        int(re.search(r"\(([\d,]+)\)$", text.strip()).group(1).replace(",", "")) for text in buttons.all_inner_texts()
    ]
    assert sum(sizes) == net.n_works
    buttons.first.click()
    expect(buttons.first).to_have_attribute("aria-pressed", "false")
    assert shown(page)[0] == net.n_works - sizes[0]


def test_the_table_has_every_work_and_sorts(page, net, data):
    body = page.locator("#table tbody")
    page.locator("#as-table").click()
    expect(page.locator("#table .pages")).to_contain_text("Page 1 of 5")
    across = [int(text) for text in body.locator("td:nth-child(6)").all_inner_texts()]
    assert across == sorted(data["works"]["across"], reverse=True)[: len(across)]
    for direction in ("descending", "ascending"):
        page.locator("#table th button", has_text="Year").click()
        expect(page.locator("#table th[aria-sort]")).to_have_text("Year")
        expect(page.locator("#table th[aria-sort]")).to_have_attribute("aria-sort", direction)
    years = [text for text in body.locator("td:nth-child(2)").all_inner_texts() if text]
    assert years == sorted(years)
    rows = body.locator("tr").count()
    for number in range(2, 6):
        page.locator("#table .pages button", has_text="Next").click()
        expect(page.locator("#table .pages")).to_contain_text(f"Page {number} of 5")
        rows += body.locator("tr").count()
    assert rows == net.n_works
    expect(page.locator("#table .pages button", has_text="Next")).to_be_disabled()
    name = body.locator("button").first.inner_text()
    body.locator("button").first.click()
    expect(chosen(page)).to_have_text(name)


def test_the_network_goes_by_keyboard(page, result):
    page.locator("#map").focus()
    whole = view(page)
    for key, moved in (("+", 0), ("ArrowLeft", 1), ("ArrowUp", 2), ("-", 0)):
        before = view(page)
        drawn = int(page.locator("#map").get_attribute("data-drawn"))
        page.keyboard.press(key)
        settle(page)
        assert view(page)[moved] != before[moved]
        assert int(page.locator("#map").get_attribute("data-drawn")) > drawn
    assert view(page) != whole
    page.keyboard.press("0")
    settle(page)
    assert view(page) == whole
    page.keyboard.press("n")
    expect(chosen(page)).to_have_text(result.papers["title"].iloc[0])
    page.keyboard.press("p")
    expect(chosen(page)).to_have_text(result.papers["title"].iloc[-1])
    page.keyboard.press("Escape")
    expect(page.locator("#chosen")).to_be_hidden()


def test_saved_svg_is_the_drawing(page, data, tmp_path):
    with page.expect_download() as saved:
        page.locator("#svg").click()
    assert saved.value.suggested_filename == "network.svg"
    saved.value.save_as(tmp_path / "network.svg")
    root = ET.parse(tmp_path / "network.svg").getroot()
    paths = root.findall("{http://www.w3.org/2000/svg}path")
    lines = sum(path.get("d").count("M") for path in paths if path.get("fill") == "none")
    marks = sum(path.get("d").count("M") for path in paths if path.get("fill") != "none")
    assert (lines, marks) == (len(data["arcs"]["citing"]), len(data["works"]["id"]))


def test_saved_png_is_a_picture_of_the_canvas(page, tmp_path):
    with page.expect_download() as saved:
        page.locator("#png").click()
    assert saved.value.suggested_filename == "network.png"
    saved.value.save_as(tmp_path / "network.png")
    image = (tmp_path / "network.png").read_bytes()
    assert image.startswith(b"\x89PNG")
    size = [int.from_bytes(image[at : at + 4], "big") for at in (16, 20)]
    assert size == page.evaluate(
        "() => { const map = document.getElementById('map'); return [map.width, map.height]; }"
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_fault(page, scheme):
    page.emulate_media(color_scheme=scheme)
    page.locator("#as-table").click()
    find(page, "title number 120")
    page.locator("#find").fill("title")
    expect(page.locator("#found")).to_be_visible()
    settle(page)
    found = axe.Axe().run(page)
    assert [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found.response["violations"]] == []
