#!/bin/sh
# Python distributions as Debian's packages install them, and as pip installs them from upstream sources: of each its metadata.
. "$(dirname "$0")/../lib.sh"
stage=$work/pypi
rm -rf "$stage"
packages="python3-pip python3-setuptools python3-wheel python3-requests python3-yaml python3-boto3 python3-flask python3-cryptography python3-numpy python3-dateutil python3-jwt"

# keep FROM NAME: what lies at the top, as pip lists it; some bring others along within.
keep() {
  mkdir -p "$stage/$2"
  (cd "$1" && find . -maxdepth 2 \( -path '*.dist-info/*' -o -path '*.egg-info/*' -o -name '*.egg-info' \) -type f \
    \( -name METADATA -o -name PKG-INFO -o -name RECORD -o -name WHEEL -o -name INSTALLER -o -name top_level.txt -o -name '*.egg-info' \) | tar -c -T -) | tar -x -C "$stage/$2"
}

# list ROOT FOLDER
list() {
  echo "python3 -m pip list --path $2 --format json 2>/dev/null" | inside "$1" | python3 -c 'import json, sys
for p in json.load(sys.stdin): print(p["name"], p["version"], sep="\t")'
}

words() { echo "pip $(echo 'python3 -m pip --version' | inside "$1" | cut -d' ' -f2), Debian $(cat "$1/etc/debian_version")"; }

for suite in bullseye bookworm trixie; do
  root=$(system $suite $packages)
  keep "$root/usr/lib/python3/dist-packages" "debian-$suite"
  list "$root" /usr/lib/python3/dist-packages > "$stage/$suite.list"
  record "debian-$suite" "$stage/debian-$suite" "$stage/$suite.list" "$(words "$root")" "apt-get install python3-requests, python3-boto3 and others (make.sh)" \
    "pip list --path /usr/lib/python3/dist-packages --format json"
done

root=$(system trixie $packages dpkg-dev xz-utils python3-dev)
inside "$root" <<'END'
mkdir -p /src/python && cd /src/python
for source in six ply simplejson python-certifi pyjwt zipp markupsafe; do
  ls "${source}"_*.orig.* > /dev/null 2>&1 || apt-get source -qq --download-only "$source" > /dev/null 2>&1 || true
done
rm -rf unpacked /srv/python && mkdir unpacked
for archive in *.orig.tar.*; do
  mkdir "unpacked/${archive%%_*}" && tar -x -C "unpacked/${archive%%_*}" --strip-components=1 -f "$archive"
  # The version of one that is told by its repository alone.
  SETUPTOOLS_SCM_PRETEND_VERSION=$(echo "$archive" | sed 's/^[^_]*_//; s/\.orig.*//; s/[+~].*//') \
    python3 -m pip install --quiet --no-index --no-build-isolation --no-deps --target /srv/python "./unpacked/${archive%%_*}" || true
done
END
keep "$root/srv/python" installed
list "$root" /srv/python > "$stage/installed.list"
record installed "$stage/installed" "$stage/installed.list" "$(words "$root")" "pip install --no-index --no-build-isolation --target python SOURCE" "pip list --path python --format json"
