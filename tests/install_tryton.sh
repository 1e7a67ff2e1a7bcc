#!/bin/sh
# install_tryton.sh PYTHON FOLDER: a Tryton server of its own there, and `empty.sqlite`, a database with its modules.
# Tryton is a tool of the tests alone: nothing of it is imported, it is spoken to over its RPC.
set -eu
python=$1
folder=$2
[ ! -f "$folder/empty.sqlite" ] || exit 0
"$python" -m venv "$folder"
folder=$(cd "$folder" && pwd)
"$folder/bin/pip" install -q --require-hashes -r requirements/tryton.txt
rm -rf "$folder/making" && mkdir -p "$folder/making"
: > "$folder/making/empty.sqlite"
printf '[database]\nuri = sqlite://\npath = %s\n' "$folder/making" > "$folder/making/trytond.conf"
echo admin > "$folder/making/password"
TRYTONPASSFILE="$folder/making/password" "$folder/bin/trytond-admin" -c "$folder/making/trytond.conf" -d empty --all \
    -u sale_subscription sale_shipment_cost --activate-dependencies --email admin@example.com >/dev/null
"$python" - "$folder/making/empty.sqlite" "$folder/empty.sqlite" <<'END'
import sqlite3, sys
source, target = map(sqlite3.connect, sys.argv[1:])
source.backup(target)
END
rm -rf "$folder/making"
