"""Community detection against its peers: quality, time and memory, in one run on the same graphs.

    python benchmarks/communities.py [1e5 1e6 …] [--cora FOLDER] [--runs N]

Each (tool, graph) runs in a fresh process on one thread: CPU seconds of building the tool's graph from two arrays and
of detecting, peak memory beyond what the process held before, quality of the result with and without direction, and
its agreement (AMI) with the planted communities or known classes. Then what the scan over resolution finds. Peers that
are not installed are left out.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Arrays = tuple[int, np.ndarray, np.ndarray]
Result = tuple[float, np.ndarray]  # seconds of building, labels
SEED = 1
# Freed memory goes back to the system at once: what a process keeps from before would not count as taken anew.
GIVE_BACK = {"MALLOC_MMAP_THRESHOLD_": "100000", "MALLOC_TRIM_THRESHOLD_": "100000"}


def _ours(
    n: int, citing: np.ndarray, cited: np.ndarray, *, quality: str = "modularity", until: int | None = 2
) -> Result:
    from citenet.communities.graph import LinkGraph
    from citenet.communities.leiden import leiden
    from citenet.communities.quality import objective

    begin = time.process_time()
    graph = LinkGraph.from_arcs(n, citing, cited)
    built = time.process_time() - begin
    return built, leiden(objective(graph, quality), iterations=until, rng=np.random.default_rng(SEED))


def _ours_undirected(*arrays: Any) -> Result:
    return _ours(*arrays, quality="undirected modularity")


def _ours_converged(*arrays: Any) -> Result:
    return _ours(*arrays, until=None)


def _networkx_louvain(n: int, citing: np.ndarray, cited: np.ndarray) -> Result:
    import networkx as nx

    begin = time.process_time()
    graph = nx.DiGraph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(citing.tolist(), cited.tolist(), strict=True))
    built = time.process_time() - begin
    return built, _from_sets(n, nx.community.louvain_communities(graph, seed=SEED))


def _python_louvain(n: int, citing: np.ndarray, cited: np.ndarray) -> Result:
    import networkx as nx
    from community import best_partition

    begin = time.process_time()
    graph = nx.Graph()
    graph.add_nodes_from(range(n))
    graph.add_edges_from(zip(citing.tolist(), cited.tolist(), strict=True))
    built = time.process_time() - begin
    found = best_partition(graph, random_state=SEED)
    return built, np.array([found[i] for i in range(n)])


def _igraph_graph(n: int, citing: np.ndarray, cited: np.ndarray) -> Any:
    import igraph

    return igraph.Graph(n=n, edges=np.column_stack([citing, cited]), directed=True)


def _igraph_leiden(*arrays: Any) -> Result:
    import random

    random.seed(SEED)
    begin = time.process_time()
    graph = _igraph_graph(*arrays)
    built = time.process_time() - begin
    found = graph.community_leiden(objective_function="modularity", n_iterations=2)
    return built, np.array(found.membership)


def _leidenalg_leiden(*arrays: Any) -> Result:
    import leidenalg

    begin = time.process_time()
    graph = _igraph_graph(*arrays)
    built = time.process_time() - begin
    found = leidenalg.find_partition(graph, leidenalg.ModularityVertexPartition, n_iterations=2, seed=SEED)
    return built, np.array(found.membership)


def _networkit_graph(n: int, citing: np.ndarray, cited: np.ndarray) -> Any:
    import networkit

    networkit.setNumberOfThreads(1)
    networkit.setSeed(SEED, False)
    return networkit.GraphFromCoo((citing, cited), n=n, directed=False)


def _networkit_leiden(*arrays: Any) -> Result:
    import networkit

    begin = time.process_time()
    graph = _networkit_graph(*arrays)
    built = time.process_time() - begin
    found = networkit.community.ParallelLeiden(graph, iterations=2).run().getPartition()
    return built, np.array(found.getVector())


def _networkit_louvain(*arrays: Any) -> Result:
    import networkit

    begin = time.process_time()
    graph = _networkit_graph(*arrays)
    built = time.process_time() - begin
    return built, np.array(networkit.community.PLM(graph, refine=True).run().getPartition().getVector())


def _symmetric(n: int, citing: np.ndarray, cited: np.ndarray) -> Any:
    from scipy import sparse

    matrix = sparse.csr_matrix((np.ones(citing.size), (citing, cited)), shape=(n, n))
    return (matrix + matrix.T).tocsr()


def _scikit_network_leiden(*arrays: Any) -> Result:
    from sknetwork.clustering import Leiden

    begin = time.process_time()
    matrix = _symmetric(*arrays)
    built = time.process_time() - begin
    return built, Leiden(modularity="newman", random_state=SEED).fit_predict(matrix)


def _graspologic_leiden(*arrays: Any) -> Result:
    import graspologic_native

    begin = time.process_time()
    matrix = _symmetric(*arrays)
    built = time.process_time() - begin
    start, neighbour = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32)
    found = graspologic_native.leiden_csr(start, neighbour, matrix.data, matrix.shape[0], iterations=2, seed=SEED)
    return built, np.array([found[1][i] for i in range(matrix.shape[0])])


def _from_sets(n: int, sets: Any) -> np.ndarray:
    labels = np.empty(n, np.int64)
    for c, members in enumerate(sets):
        labels[list(members)] = c
    return labels


TOOLS: dict[str, Callable[..., Result]] = {
    "citenet": _ours,
    "citenet, undirected": _ours_undirected,
    "citenet, converged": _ours_converged,
    "networkit ParallelLeiden": _networkit_leiden,
    "networkit PLM": _networkit_louvain,
    "igraph Leiden": _igraph_leiden,
    "scikit-network Leiden": _scikit_network_leiden,
    "graspologic-native Leiden": _graspologic_leiden,
    "leidenalg": _leidenalg_leiden,
    "networkx louvain": _networkx_louvain,
    "python-louvain": _python_louvain,
}
SLOW = {"networkx louvain", "python-louvain", "leidenalg"}


def load(graph: str) -> tuple[Arrays, np.ndarray]:
    """Arcs in order and true classes of a planted graph, or of Cora in the folder given."""
    if not Path(graph).is_dir():
        from planted import planted

        p = planted(graph)
        return (p.n, p.citing, p.cited), p.community
    classes = {}
    data = np.load(Path(graph) / "cora.npz", allow_pickle=True)
    indptr, indices = data["adj_indptr"], data["adj_indices"]
    citing = np.repeat(np.arange(indptr.size - 1, dtype=np.int32), np.diff(indptr))
    kept = citing != indices
    order = np.lexsort((indices[kept], citing[kept]))
    classes = data["labels"].astype(np.int64)
    return (indptr.size - 1, citing[kept][order], indices[kept][order].astype(np.int32)), classes


def resident(peak: bool = False) -> int:
    """Bytes this process holds, or held at most since the last reset."""
    field = "VmHWM" if peak else "VmRSS"
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(field))
    return int(line.split()[1]) * 1024


def measure(tool: str, graph: str) -> dict[str, float]:
    """Run one tool on one graph, in this process."""
    from citenet.communities.agreement import ami
    from citenet.communities.graph import LinkGraph
    from citenet.communities.quality import objective

    tiny = (4, np.array([1, 2, 3], np.int32), np.array([0, 1, 2], np.int32))
    arrays, truth = load(graph)
    if tool.startswith("citenet"):  # load the compiled code, as the imports of the others do
        from citenet._support import kernel

        kernel.WORTH_COMPILING = 0
    TOOLS[tool](*tiny)
    before = resident()
    Path("/proc/self/clear_refs").write_text("5")
    begin = time.process_time()
    built, labels = TOOLS[tool](*arrays)
    seconds = time.process_time() - begin
    peak = resident(peak=True) - before
    reference = LinkGraph.from_arcs(*arrays)
    labels = np.unique(labels, return_inverse=True)[1]
    return {
        "build": built,
        "run": seconds - built,
        "bytes": peak / arrays[1].size,
        "Qd": objective(reference).value(labels),
        "Qu": objective(reference, "undirected modularity").value(labels),
        "groups": int(labels.max() + 1),
        "ami": ami(labels, truth),
    }


def _in_fresh_process(tool: str, graph: str) -> dict[str, float] | None:
    env = {**os.environ, **GIVE_BACK, "OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--one", tool, graph]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{tool} left out: {done.stderr.strip().splitlines()[-1]}")
        return None
    result: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return result


def compare(graph: str, runs: int) -> None:
    """Print the table of one graph; the ratios are to our build + run with two iterations and until convergence."""
    (n, citing, _), _ = load(graph)
    print(f"\n{graph}: {n:,} works, {citing.size:,} arcs")
    print(
        f"{'':27}{'build s':>9}{'run s':>9}{'ratio':>7}{'conv.':>7}{'B/arc':>7}"
        f"{'Q dir.':>9}{'Q undir.':>9}{'groups':>8}{'AMI':>7}"
    )
    medians: dict[str, dict[str, float]] = {}
    for tool in TOOLS:
        repeats = 1 if tool in SLOW and citing.size > 500_000 else runs
        results = [r for r in (_in_fresh_process(tool, graph) for _ in range(repeats)) if r is not None]
        if not results:
            continue
        medians[tool] = {key: float(np.median([r[key] for r in results])) for key in results[0]}
    total = {tool: median["build"] + median["run"] for tool, median in medians.items()}
    for tool, median in medians.items():
        print(
            f"{tool:27}{median['build']:9.3f}{median['run']:9.3f}{total[tool] / total['citenet']:7.1f}"
            f"{total[tool] / total['citenet, converged']:7.1f}{median['bytes']:7.0f}"
            f"{median['Qd']:9.4f}{median['Qu']:9.4f}{median['groups']:8.0f}{median['ami']:7.3f}",
            flush=True,
        )


def recover(graph: str) -> None:
    """Print what the documented scan finds: the steadiest resolution of the finest plateau."""
    import pandas as pd

    from citenet import scan_resolution
    from citenet.communities.agreement import ami
    from citenet.errors import InputError
    from citenet.network import CitationNetwork

    (n, citing, cited), truth = load(graph)
    net = CitationNetwork(pd.DataFrame(index=[f"{i:08d}" for i in range(n)]), citing, cited)
    begin = time.process_time()
    scan = scan_resolution(net, workers=os.cpu_count() or 1, rng=SEED)
    seconds = time.process_time() - begin
    try:
        best = scan.best()
    except InputError:
        print(f"scan of {len(scan.table)} resolutions in {seconds:.0f} CPU s: no plateau found", flush=True)
        return
    known = best.labels >= 0
    print(
        f"scan of {len(scan.table)} resolutions in {seconds:.0f} CPU s: γ = {best.params['resolution']:.3g}, "
        f"{best.n_groups} groups, AMI with the planted {ami(best.labels[known], truth[known]):.3f}",
        flush=True,
    )


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("graphs", nargs="*", default=["1e5", "1e6"], help="sizes of planted graphs (1e4 … 1e7)")
    parser.add_argument("--cora", help="folder of the Cora data (cora.npz)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each tool, of which the median counts")
    parser.add_argument("--one", nargs=2, metavar=("TOOL", "GRAPH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(*options.one)))
        return
    names = [
        "numpy",
        "numba",
        "networkx",
        "python-louvain",
        "igraph",
        "leidenalg",
        "networkit",
        "scikit-network",
        "graspologic-native",
    ]
    found = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
    print(f"Python {sys.version.split()[0]}, " + ", ".join(f"{name} {found.get(name, '-')}" for name in names))
    for graph in [*options.graphs, *([options.cora] if options.cora else [])]:
        compare(graph, options.runs)
        recover(graph)


if __name__ == "__main__":
    _main()
