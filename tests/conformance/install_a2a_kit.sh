#!/bin/sh
# Get the official A2A kit of protocol 1.0 and an environment of its own for it. A copy that is there already is named by A2A_TCK.
python=$1
tools=$2
kit=${A2A_TCK:-$tools/a2a-tck}
if [ ! -f "$kit/run_tck.py" ]; then
    git clone --quiet --depth 1 --branch 1.0-dev https://github.com/a2aproject/a2a-tck "$kit" 2>/dev/null || exit 0
fi
[ -x "$tools/a2a-tck-venv/bin/python" ] && exit 0
echo "Installing what the A2A kit needs (once) ..."
"$python" -m venv "$tools/a2a-tck-venv" && "$tools/a2a-tck-venv/bin/python" -m pip install -q -e "$kit"
