#!/bin/sh
# Get helm, stripe-mock and promtool into a folder, where they are not on PATH: the first two are built with Go, promtool
# taken out of Debian's package (nothing is installed or started). Where that does not work the tests that need them say so.
helm=$1
folder=$2
stripe_mock=$3
mkdir -p "$folder"
if ! command -v helm >/dev/null 2>&1 && command -v go >/dev/null 2>&1; then
    echo "Building helm $helm with Go (some minutes, once) ..."
    GOBIN=$(cd "$folder" && pwd) go install "helm.sh/helm/v3/cmd/helm@$helm" || true
fi
if [ ! -x "$folder/stripe-mock" ] && command -v go >/dev/null 2>&1; then
    GOBIN=$(cd "$folder" && pwd) go install "github.com/stripe/stripe-mock@$stripe_mock" || true
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
[ -x "$folder/stripe-mock" ] || echo "NO STRIPE-MOCK: what Stripe is asked was not checked against its description"
exit 0
