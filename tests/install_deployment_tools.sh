#!/bin/sh
# Get helm and promtool into a folder, where they are not on PATH: helm is built with Go, promtool taken out of Debian's
# package (nothing is installed or started). Where that does not work the tests that need them say so.
helm=$1
folder=$2
mkdir -p "$folder"
if ! command -v helm >/dev/null 2>&1 && command -v go >/dev/null 2>&1; then
    echo "Building helm $helm with Go (some minutes, once) ..."
    GOBIN=$(cd "$folder" && pwd) go install "helm.sh/helm/v3/cmd/helm@$helm" || true
fi
if ! command -v promtool >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    echo "Getting promtool (once) ..."
    draft=$(mktemp -d)
    chmod 755 "$draft"
    (cd "$draft" && { apt-get download -q prometheus || { apt-get update -q && apt-get download -q prometheus; }; } &&
        dpkg -x prometheus_*.deb content) >/dev/null 2>&1
    if [ -f "$draft/content/usr/bin/promtool" ]; then cp "$draft/content/usr/bin/promtool" "$folder/"; fi
    rm -rf "$draft"
fi
command -v helm >/dev/null 2>&1 || [ -x "$folder/helm" ] || echo "NO HELM: the chart was not checked"
command -v promtool >/dev/null 2>&1 || [ -x "$folder/promtool" ] || echo "NO PROMTOOL: the alert rules were not checked"
exit 0
