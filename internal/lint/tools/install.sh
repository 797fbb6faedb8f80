#!/bin/sh
# install.sh LOCKS DEST installs the pinned tools of a folder of lock files: requirements.txt into
# DEST/venv, package-lock.json into DEST/node_modules. DEST/stamp holds the locks that were installed,
# so that a second call does nothing and a changed lock installs anew.
set -eu
locks=$(cd "$1" && pwd)
dest=$2

wanted() { cat "$locks/requirements.txt" "$locks/package-lock.json"; }
if [ -f "$dest/stamp" ] && wanted | cmp -s - "$dest/stamp"; then
	exit 0
fi

# A registry may be out of reach for a moment.
twice() { "$@" || { echo "tools: once more in 5 s: $*" >&2; sleep 5; "$@"; }; }

for tool in python3 node npm; do
	command -v "$tool" >/dev/null || {
		echo "tools: $tool is missing; the linters need Python 3.11 or later and Node 20 or later" >&2
		exit 1
	}
done
rm -rf "$dest"
mkdir -p "$dest"
python3 -m venv "$dest/venv"
twice "$dest/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
	--require-hashes --requirement "$locks/requirements.txt"
cp "$locks/package.json" "$locks/package-lock.json" "$locks/.npmrc" "$dest"
twice npm ci --prefix "$dest" --ignore-scripts --no-audit --no-fund --loglevel=error
wanted >"$dest/stamp"
echo "tools: installed into $dest"
