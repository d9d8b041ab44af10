#!/bin/sh
# Installs the programs of others that the tests talk to, pygeoapi, pymavlink and schemathesis, in the versions of peers.txt: once, into
# a folder of the user's cache, and again only where the versions changed.
# usage: peers.sh FOLDER
set -eu

folder=$1
wanted=$(dirname "$0")/peers.txt
mkdir -p "$folder"
# Where two want to install at once, the second waits and finds it done.
exec 9>"$folder/lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi
cmp -s "$wanted" "$folder/installed.txt" && exit 0

if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    echo "python3 with venv is missing: install it (Debian: python3-venv), then run this again." >&2
    exit 1
fi
echo "Installing pygeoapi, pymavlink and schemathesis into $folder (a minute; half a gigabyte)" >&2
rm -f "$folder/installed.txt"
python3 -m venv --clear "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted" >&2
cp "$wanted" "$folder/installed.txt"
