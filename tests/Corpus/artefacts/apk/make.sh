#!/bin/sh
# Databases that apk itself makes, of packages that apk makes. Needs apk 3 on the path, as Alpine has it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
stage=$work/apk
rm -rf "$stage"
mkdir -p "$stage/packages" "$stage/files/usr/lib"
cd "$stage"
echo > files/usr/lib/libplain.so.1
echo > files/usr/lib/ünïcode.txt

files=

# pack NAME VERSION ORIGIN LICENCE INFO...
pack() {
  name=$1 version=$2 origin=$3 licence=$4
  shift 4
  for info; do set -- "$@" --info "$info"; shift; done
  apk mkpkg --info "name:$name" --info "version:$version" --info arch:x86_64 --info "origin:$origin" --info "license:$licence" \
    --info "description:$name" --info "url:https://example.com" ${files:+--files "$files"} "$@" --output "packages/$name-$version.apk"
}

pack musl 1.2.5-r10 musl MIT "provides:so:libc.musl-x86_64.so.1=1"
pack libcrypto3 3.3.3-r0 openssl Apache-2.0 "depends:so:libc.musl-x86_64.so.1" "provides:so:libcrypto.so.3=3"
pack libssl3 3.3.3-r0 openssl Apache-2.0 "depends:libcrypto3=3.3.3-r0 so:libc.musl-x86_64.so.1"
pack py3-plain 2.0_rc1_git20240101-r3 py3-plain "BSD-3-Clause AND (MIT OR PSF-2.0)" "depends:libssl3>3 !py2-plain"
files=files
pack plain-libs 1.10.0b_alpha2_p1-r0 plain "GPL-2.0-or-later WITH Classpath-exception-2.0" "replaces:other<2" "install-if:musl libssl3"
files=
pack plain 1.10.0b_alpha2_p1-r0 plain "GPL-2.0-or-later WITH Classpath-exception-2.0" "depends:plain-libs~1.10 /bin/sh"
pack busybox 1.37.0-r12 busybox GPL-2.0-only "provides:/bin/sh cmd:sh=1.37.0-r12"

# root NAME RELEASE OPTION...: installs what is given in a root of its own, and keeps the label.
root() {
  name=$1 release=$2
  shift 2
  mkdir -p "roots/$name/etc" "kept/$name/etc"
  printf 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=%s\n' "$release" | tee "roots/$name/etc/os-release" > "kept/$name/etc/os-release"
  apk add --root "roots/$name" --initdb --arch x86_64 --allow-untrusted --no-network --no-scripts --no-cache "$@"
  (cd "roots/$name" && find . -type f -path '*/apk/db/installed' | tar -c -T -) | tar -x -C "kept/$name"
  apk query --root "roots/$name" --installed --format json --fields name,version,origin '*' |
    python3 -c 'import json, sys
for p in json.load(sys.stdin): print(p["name"], p["version"], p.get("origin") or p["name"], p["version"], sep="\t")' > "$name.list"
  python3 "$here/../record.py" "$here" "$name" "kept/$name" "$name.list" "$(apk --version | cut -d, -f1)" \
    "apk mkpkg, apk add --initdb (make.sh)" "apk query --installed --fields name,version,origin '*'"
}

# Since folders moved to /usr, the database is there too.
mkdir -p roots/small/usr/lib
ln -s usr/lib roots/small/lib
root small 3.22.1 packages/musl-*.apk packages/busybox-*.apk
root whole 3.23.0_alpha20251016 packages/*.apk
root virtual 3.21.4 packages/musl-*.apk packages/libcrypto3-*.apk packages/libssl3-*.apk --virtual .build-deps
