#!/bin/sh
# install.sh LOCKS DEST installs the pinned emulator of a folder with requirements.txt into DEST/venv.
# DEST/stamp holds the lock that was installed, so that a second call does nothing and a changed lock
# installs anew.
set -eu
lock=$1/requirements.txt
dest=$2

if [ -f "$dest/stamp" ] && cmp -s "$lock" "$dest/stamp"; then
	exit 0
fi

# A registry may be out of reach for a moment.
twice() { "$@" || { echo "tools: once more in 5 s: $*" >&2; sleep 5; "$@"; }; }

command -v python3 >/dev/null || {
	echo "tools: python3 is missing; the emulator needs Python 3.11 or later" >&2
	exit 1
}
rm -rf "$dest"
mkdir -p "$dest"
python3 -m venv "$dest/venv"
twice "$dest/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
	--require-hashes --requirement "$lock"
cp "$lock" "$dest/stamp"
echo "tools: installed into $dest"
