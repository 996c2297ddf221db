#!/usr/bin/env bash
# What must hold before a release, beyond .ci/run: the built package passes the tests without its source, on the Pythons
# named (by default those found of 3.11 and 3.13), with what it needs and nothing else, and with the oldest of what it
# needs; CITATION.cff is valid.
#
#     tools/release/check.sh [python3.11 python3.13 …]
#
# CITENET_RELEASE_TESTS names the tests (by default all).
set -euo pipefail
cd "$(dirname "$0")/../.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 MPLBACKEND=Agg CI=true
pythons=("$@")
[ ${#pythons[@]} -gt 0 ] || for name in python3.11 python3.13; do "$name" --version >/dev/null 2>&1 && pythons+=("$name"); done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "== build"
"${pythons[0]}" -m venv "$work/tools"
"$work/tools/bin/pip" install --quiet build twine uv cffconvert
"$work/tools/bin/python" -m build --outdir "$work/dist" . >/dev/null
"$work/tools/bin/twine" check --strict "$work"/dist/*
"$work/tools/bin/cffconvert" --validate --infile CITATION.cff
wheel=$(echo "$work"/dist/*.whl)

tar -xzf "$work"/dist/*.tar.gz -C "$work"
mv "$work"/citenet-*/ "$work/tests"
rm -rf "$work/tests/src"

for python in "${pythons[@]}"; do
  echo "== the wheel with $("$python" --version): its tests, without its source"
  "$python" -m venv "$work/$python"
  "$work/$python/bin/pip" install --quiet "$wheel[fast,test]"
  (cd "$work/tests" && "$work/$python/bin/python" -m pytest -q -p no:cacheprovider ${CITENET_RELEASE_TESTS:-tests})
done

echo "== what it needs and nothing else"
"${pythons[0]}" -m venv "$work/minimal"
"$work/minimal/bin/pip" install --quiet "$wheel"
(
  cd "$work"
  minimal/bin/python -c "import citenet as cn; cn.practice_exports('exports')"
  minimal/bin/citenet report exports/savedrecs.txt --by categories --external --between HSR/QI PAM \
    --group "HSR/QI=Health Care Sciences & Services" --group "PAM=Public Administration"
  test -s report.html
)

echo "== the oldest of what it needs; old releases may warn of new ones"
"${pythons[0]}" -m venv "$work/oldest"
# From pyproject.toml: to a wheel, what the wheel needs is not direct, and the newest would be taken.
"$work/tools/bin/uv" pip compile --quiet pyproject.toml --extra test --resolution lowest-direct \
  --python "$work/oldest/bin/python" --output-file "$work/oldest.txt" >/dev/null
"$work/tools/bin/uv" pip install --quiet --python "$work/oldest/bin/python" --requirement "$work/oldest.txt"
"$work/tools/bin/uv" pip install --quiet --python "$work/oldest/bin/python" --no-deps "$wheel"
(cd "$work/tests" && "$work/oldest/bin/python" -m pytest -q -p no:cacheprovider -o filterwarnings=default ${CITENET_RELEASE_TESTS:-tests})
echo "== done"
