#!/bin/sh
# Get clients that nobody here wrote, each with an environment of its own in the tools' folder. One that cannot be had is not run.
python=$1
tools=$2
install() {
    name=$1
    shift
    [ -x "$tools/$name/bin/python" ] && return
    echo "Installing $* (once) ..."
    { "$python" -m venv "$tools/$name" && "$tools/$name/bin/pip" install -q "$@"; } || rm -rf "${tools:?}/$name"
}
install a2a-0.3-venv 'a2a-sdk==0.3.26'
install adk-venv 'google-adk[a2a]==2.13.0'
install langgraph-venv 'langgraph==1.2.22' 'a2a-sdk==1.3.0'
install crewai-venv 'crewai[a2a]==1.15.30'
