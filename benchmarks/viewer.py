"""The interactive network against vis-network (what pyvis writes), sigma and cytoscape: first draw and zoom frames.

    npm install --prefix peers --ignore-scripts vis-network@10.1.5 sigma@3.0.3 graphology@0.26.0 cytoscape@3.34.4
    python benchmarks/viewer.py peers [--works 5000 20000] [--only sigma …]

Every viewer gets the same graph with the same places, no physics, and headless Chromium without a GPU. "first draw" is
from the start of loading to the second frame after the network was asked for; "zoom frame" is the median time between
frames while a wheel is turned 30 times. The browser is warmed up with a page that is not counted.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import citenet as cn
from citenet.reporting.graph import network_data
from citenet.reporting.page import asset, data_block, page

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
COLOURS = '["#0072b2", "#d55e00"]'
PEERS = {
    "vis-network (pyvis)": (
        ["vis-network/standalone/umd/vis-network.min.js"],
        "const nodes = w.id.map((_, i) => ({ id: i, x: w.x[i] / 8, y: w.y[i] / 8, size: 4, shape: 'dot', color: "
        "hues[w.group[i]] }));"
        "const edges = a.citing.map((s, e) => ({ from: s, to: a.cited[e] }));"
        "new vis.Network(place, { nodes, edges }, { physics: false, edges: { smooth: false, width: 0.5 } });",
    ),
    "sigma": (  # WebGL
        ["graphology/dist/graphology.umd.min.js", "sigma/dist/sigma.min.js"],
        "const graph = new graphology.MultiDirectedGraph();"
        "w.id.forEach((id, i) => graph.addNode(i, { x: w.x[i], y: w.y[i], size: 2, color: hues[w.group[i]] }));"
        "a.citing.forEach((s, e) => graph.addEdge(s, a.cited[e], { size: 0.5, color: '#bbb' }));"
        "new Sigma(graph, place);",
    ),
    "cytoscape": (
        ["cytoscape/dist/cytoscape.min.js"],
        "const nodes = w.id.map((id, i) => ({ data: { id: 'n' + i }, position: { x: w.x[i] / 8, y: w.y[i] / 8 } }));"
        "const edges = a.citing.map((s, e) => ({ data: { source: 'n' + s, target: 'n' + a.cited[e] } }));"
        "cytoscape({ container: place, elements: { nodes, edges }, layout: { name: 'preset' }, style: ["
        "{ selector: 'node', style: { width: 6, height: 6 } }, { selector: 'edge', style: { width: 0.5, "
        "'curve-style': 'haystack' } }] });",
    ),
}
FRAME = "requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
FIRST = f"() => new Promise(done => {FRAME})"
ZOOM = """async (x) => {
  const times = [], at = { clientX: 600, clientY: 450, deltaY: -40, bubbles: true, cancelable: true, view: window };
  let last = performance.now();
  for (let i = 0; i < 30; i++) {
    document.elementFromPoint(600, 450).dispatchEvent(new WheelEvent('wheel', at));
    await new Promise(frame => requestAnimationFrame(frame));
    const now = performance.now(); times.push(now - last); last = now;
  }
  return times;
}"""


def peer_page(folder: Path, scripts: list[str], code: str, data: dict[str, Any]) -> str:
    """Write a bare page with one viewer on the whole window."""
    libraries = "".join(f"<script>{(folder / 'node_modules' / name).read_text()}</script>" for name in scripts)
    start = (
        "const { works: w, arcs: a } = JSON.parse(document.getElementById('network-data').textContent);"
        f"const hues = {COLOURS}, place = document.getElementById('place');"
    )
    return (
        '<!DOCTYPE html><meta charset="utf-8"><style>body{margin:0}#place{width:1200px;height:900px}</style>'
        f'<div id="place"></div>{data_block("network-data", data)}{libraries}<script>{start}{code}</script>'
    )


def own_page(data: dict[str, Any]) -> str:
    """Put the viewer of the report alone on a page, its canvas where the others have theirs."""
    body = [
        "<style>.viewer { position: fixed; inset: 0; z-index: 1; } </style>",
        asset("viewer.html"),
        data_block("network-data", data),
    ]
    return page("viewer", body, [asset("d3.min.js"), asset("viewer.js")])


def measure(browser: Any, file: Path, *, own: bool) -> tuple[float, float]:
    """Milliseconds to the first draw, and of a zoom frame."""
    tab = browser.new_page(viewport={"width": 1200, "height": 900})
    tab.set_default_timeout(240_000)
    tab.goto(file.as_uri(), wait_until="commit")
    tab.wait_for_load_state("load")
    if own:
        tab.locator("#map").evaluate("map => map.scrollIntoView({ block: 'center' })")
    first = tab.evaluate(FIRST)
    time.sleep(1)
    frames = tab.evaluate(ZOOM)
    tab.close()
    return first, statistics.median(frames)


def main() -> None:
    """Print a table for each size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where node_modules of the peers is")
    parser.add_argument("--works", type=int, nargs="+", default=[5_000, 20_000])
    parser.add_argument("--only", nargs="+", default=["citenet", *PEERS], metavar="VIEWER")
    options = parser.parse_args()
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as temporary:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        for n in options.works:
            net = cn.datasets.simulate(n, preference=4.0, n_references=3, rng=1)
            groups = cn.as_partition("field", net)
            data = network_data(net, groups, cn.detect_communities(net, rng=1))
            pages = {"citenet": own_page(data)}
            pages |= {name: peer_page(options.folder, scripts, code, data) for name, (scripts, code) in PEERS.items()}
            print(f"\n{net.n_works:,} works, {net.n_citations:,} citations")
            file = Path(temporary) / "viewer.html"
            file.write_text(pages["citenet"], encoding="utf-8")
            measure(browser, file, own=True)
            for name, text in pages.items():
                if name not in options.only:
                    continue
                file.write_text(text, encoding="utf-8")
                first, frame = measure(browser, file, own=name == "citenet")
                size = len(json.dumps(text)) / 1e6
                print(
                    f"{name:22} first draw {first:8,.0f} ms   zoom frame {frame:8,.1f} ms   file {size:.1f} MB",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
