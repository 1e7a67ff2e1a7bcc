#!/bin/sh
# Get the official A2A kits of protocol 1.0 and 0.3, each with an environment of its own. Copies that are there already are named by
# A2A_TCK and A2A_TCK_0_3.
python=$1
tools=$2

install() {  # folder, branch, environment
    if [ ! -f "$1/run_tck.py" ]; then
        git clone --quiet --depth 1 --branch "$2" https://github.com/a2aproject/a2a-tck "$1" 2>/dev/null || {
            echo "The A2A kit $2 cannot be cloned from github.com/a2aproject/a2a-tck here, and is on no registry: going on without it."
            return 0
        }
    fi
    [ -x "$3/bin/python" ] && return 0
    echo "Installing what the A2A kit $2 needs (once) ..."
    "$python" -m venv "$3" && "$3/bin/python" -m pip install -q -e "$1"
}

install "${A2A_TCK:-$tools/a2a-tck}" 1.0-dev "$tools/a2a-tck-venv"
install "${A2A_TCK_0_3:-$tools/a2a-tck-0.3}" 0.3.x "$tools/a2a-tck-0.3-venv"
