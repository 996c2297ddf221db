"""The report in a real browser: every control works, nothing is fetched, nothing breaks, and axe finds no fault."""

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
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="the browser tests need axe")
CHROMIUM = os.environ.get("CITENET_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; set CITENET_CHROMIUM or install it"),
    pytest.mark.filterwarnings("default"),  # the driver's own libraries warn of their own future
]
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, report_file):
    """Open a fresh page with the report; at the end nothing was fetched, logged, thrown or asked."""
    context = browser.new_context(viewport={"width": 1200, "height": 900}, accept_downloads=True)
    tab = context.new_page()
    told, asked = [], []
    tab.on("console", lambda message: told.append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.on("dialog", lambda dialog: told.append(dialog.message))
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(report_file.as_uri())
    tab.wait_for_function("document.getElementById('map').dataset.drawn > 0")
    yield tab
    assert told == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == [report_file.as_uri()]
    assert tab.evaluate("window.broken") is None
    context.close()


@pytest.fixture(scope="module")
def data(report_file):
    text = report_file.read_text(encoding="utf-8")
    return json.loads(re.search(r'id="network-data">(.*?)</script>', text).group(1))


def shown(page) -> tuple[int, int]:
    """Works and citations that the page says it shows."""
    numbers = re.findall(r"([\d,]+) (?:works?|citations?) of", page.locator("#status").inner_text())
    works, citations = (int(number.replace(",", "")) for number in numbers)
    return works, citations


def find(page, words: str) -> None:
    page.locator("#find").fill(words)
    page.locator("#find").press("Enter")


def drawn(page) -> int:
    return int(page.locator("#map").get_attribute("data-drawn"))


def test_the_whole_network_is_shown_at_first(page, net):
    assert shown(page) == (net.n_works, net.n_citations)


def test_markup_in_a_title_is_text_wherever_it_appears(page):
    for title in EVIL[:5]:
        page.locator("#find").fill(title)
        assert title.split()[0] in page.locator("#found li").first.inner_text()
    find(page, "window.broken name0")
    assert page.locator("#chosen .name").inner_text() == EVIL[0]
    assert page.locator("#chosen script").count() == 0


def test_search_finds_words_of_title_author_and_year_whatever_their_accents(page, data):
    page.locator("#find").fill("name20 number")
    ids = [int(n) for n in page.locator("#found li").evaluate_all("all => all.map(one => one.dataset.work)")]
    assert ids
    assert all(data["works"]["authors"][i].startswith("Name20") for i in ids)
    page.locator("#find").fill("unicode")
    assert page.locator("#found li").count() == 1
    page.locator("#find").fill("no such work at all")
    assert "No work" in page.locator("#found").inner_text()
    page.locator("#find").press("Escape")
    assert page.locator("#found").is_hidden()


def test_search_goes_by_keyboard(page):
    field = page.locator("#find")
    field.fill("title number 1")
    field.press("ArrowDown")
    field.press("ArrowDown")
    second = page.locator("#found li").nth(1)
    assert second.get_attribute("aria-selected") == "true"
    assert field.get_attribute("aria-activedescendant") == second.get_attribute("id")
    name = second.inner_text().split(" — ")[1]
    field.press("Enter")
    assert page.locator("#chosen .name").inner_text() == name


def test_a_chosen_work_shows_its_neighbours_and_they_can_be_chosen(page, data):
    find(page, "title number 120")
    i = data["works"]["title"].index("Title number 120")
    arcs = np.array([data["arcs"]["citing"], data["arcs"]["cited"]])
    neighbours = set(arcs[1][arcs[0] == i]) | set(arcs[0][arcs[1] == i])
    assert page.locator("#chosen li").count() == len(neighbours)
    assert f"{len(neighbours)} neighbour" in page.locator("#chosen").inner_text()
    first = page.locator("#chosen li button").first
    name = first.get_attribute("title")
    first.click()
    assert page.locator("#chosen .name").inner_text() == name
    page.locator("#chosen button", has_text="Clear").click()
    assert page.locator("#chosen").is_hidden()


def test_hovering_shows_a_card_and_clicking_chooses(page):
    find(page, "title number 60")
    name = page.locator("#chosen .name").inner_text()
    page.locator("#map").press("Escape")
    page.locator("#map").scroll_into_view_if_needed()
    box = page.locator("#map").bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    assert page.locator("#card .name").inner_text() == name
    page.mouse.click(*middle)
    assert page.locator("#chosen .name").inner_text() == name
    page.mouse.click(*middle)
    assert page.locator("#chosen").is_hidden()


def test_a_work_is_drawn_in_the_colour_of_its_group(page, data):
    """The middle of the canvas, where a found work is put, has its colour."""
    for i in (50, 60, 70):
        find(page, f"title number {i}")
        page.locator("#map").press("Escape")
        page.wait_for_timeout(100)
        pixel = page.evaluate(
            "() => { const map = document.getElementById('map'), dot = "
            "document.createElement('canvas').getContext('2d');"
            "dot.drawImage(map, map.width / 2, map.height / 2, 1, 1, 0, 0, 1, 1);"
            "return [...dot.getImageData(0, 0, 1, 1).data].slice(0, 3); }"
        )
        wanted = {0: (0x00, 0x72, 0xB2), 1: (0xD5, 0x5E, 0x00)}[data["works"]["group"][i]]
        assert np.abs(np.subtract(pixel, wanted)).max() < 40


def test_only_crossing_shows_the_citations_that_cross(page, result):
    page.locator("#crossing").check()
    assert shown(page) == (len(result.papers), len(result.arcs))
    page.locator("#crossing").uncheck()


def test_the_years_hide_what_lies_outside_them(page, data):
    year = np.array([np.nan if value is None else value for value in data["works"]["year"]])
    page.locator("#from").fill("1995")
    page.locator("#to").fill("2000")
    inside = (year >= 1995) & (year <= 2000)
    arcs = inside[data["arcs"]["citing"]] & inside[data["arcs"]["cited"]]
    assert shown(page) == (inside.sum(), arcs.sum())
    assert page.locator("#span").inner_text() == "1995–2000"
    page.locator("#from").fill("2005")  # beyond the other end, which goes along
    assert page.locator("#span").inner_text() == "2005–2005"


@pytest.mark.parametrize("scheme", ["group", "community", "year"])
def test_the_legend_counts_every_work_and_hides_a_colour(page, net, scheme):
    page.locator("#colour").select_option(scheme)
    buttons = page.locator("#legend button")
    sizes = [
        int(re.search(r"\(([\d,]+)\)$", text.strip()).group(1).replace(",", "")) for text in buttons.all_inner_texts()
    ]
    assert sum(sizes) == net.n_works
    buttons.first.click()
    assert buttons.first.get_attribute("aria-pressed") == "false"
    assert shown(page)[0] == net.n_works - sizes[0]


def test_the_table_has_every_work_and_sorts(page, net, data):
    page.locator("#as-table").click()
    assert "Page 1 of 5" in page.locator("#table .pages").inner_text()
    across = [int(text) for text in page.locator("#table tbody td:nth-child(6)").all_inner_texts()]
    assert across == sorted(data["works"]["across"], reverse=True)[: len(across)]
    page.locator("#table th button", has_text="Year").click()
    assert page.locator("#table th[aria-sort]").get_attribute("aria-sort") == "descending"
    page.locator("#table th button", has_text="Year").click()
    years = [text for text in page.locator("#table tbody td:nth-child(2)").all_inner_texts() if text]
    assert years == sorted(years)
    rows = page.locator("#table tbody tr").count()
    while page.locator("#table .pages button", has_text="Next").is_enabled():
        page.locator("#table .pages button", has_text="Next").click()
        rows += page.locator("#table tbody tr").count()
    assert rows == net.n_works
    page.locator("#table tbody button").first.click()
    assert page.locator("#chosen").is_visible()


def test_the_network_goes_by_keyboard(page, result):
    page.locator("#map").focus()
    before = drawn(page)
    for key in ("+", "ArrowLeft", "ArrowUp", "-", "0"):
        page.keyboard.press(key)
        page.wait_for_function("before => document.getElementById('map').dataset.drawn > before", arg=before)
        before = drawn(page)
    page.keyboard.press("n")
    assert page.locator("#chosen .name").inner_text() == result.papers["title"].iloc[0]
    page.keyboard.press("p")
    page.keyboard.press("Escape")
    assert page.locator("#chosen").is_hidden()


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
    found = axe.Axe().run(page)
    assert [f"{v['id']}: {[n['target'] for n in v['nodes']][:3]}" for v in found.response["violations"]] == []
