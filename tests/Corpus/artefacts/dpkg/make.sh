#!/bin/sh
# dpkg's own list of packages, of three releases, with packages that are of another architecture, removed but for their
# configuration, held, and not configured; and the same kept as a file for each package.
. "$(dirname "$0")/../lib.sh"
stage=$work/dpkg
rm -rf "$stage"

query='${db:Status-Status}\t${Package}\t${Version}\t${source:Package}\t${source:Version}\n'

# list COMMAND...: what is there; what was removed is not, though its configuration may be.
list() { "$@" -W -f "$query" | awk -F'\t' '$1 != "config-files" && $1 != "not-installed" { print $2 "\t" $3 "\t" $4 "\t" $5 }'; }

# keep SUITE ROOT
keep() {
  mkdir -p "$stage/$1/etc" "$stage/$1/var/lib/dpkg"
  cp -L "$2/etc/os-release" "$stage/$1/etc"
  cp "$2/var/lib/dpkg/status" "$stage/$1/var/lib/dpkg"
}

for suite in bullseye bookworm trixie; do
  root=$work/dpkg-$suite
  [ -e "$root/etc/debian_version" ] || {
    mmdebstrap --variant=minbase --include=git,curl,libc++1,vim-tiny,nano,cron,bind9-libs "$suite" "$root" >&2
    inside "$root" <<'END'
export DEBIAN_FRONTEND=noninteractive
build=$(mktemp -d)
dpkg --remove nano cron
echo git hold | dpkg --set-selections
dpkg --add-architecture i386
for architecture in amd64 i386; do
  mkdir -p "$build/both/DEBIAN"
  printf 'Package: libboth1\nVersion: 1.0-1+b2\nSource: both (1.0-1)\nArchitecture: %s\nMulti-Arch: same\nMaintainer: us <us@example.com>\nDescription: of two architectures\n' "$architecture" > "$build/both/DEBIAN/control"
  dpkg-deb --build "$build/both" "$build/both-$architecture.deb"
  dpkg --install "$build/both-$architecture.deb"
done
mkdir -p "$build/broken/DEBIAN"
printf 'Package: broken\nVersion: 2:1.0~rc1+ds-3.1\nArchitecture: all\nMaintainer: us <us@example.com>\nSource: broken-source (1.0~rc1)\nDescription: never configured\n more\n' > "$build/broken/DEBIAN/control"
dpkg-deb --build "$build/broken" "$build/broken.deb"
dpkg --unpack "$build/broken.deb"
END
  }
  keep "$suite" "$root"
  list chroot "$root" dpkg-query > "$stage/$suite.list"
  record "debian-$suite" "$stage/$suite" "$stage/$suite.list" "dpkg $(chroot "$root" dpkg-query --version | head -n 1 | grep -o '[0-9][0-9.]*[0-9]'), Debian $(cat "$root/etc/debian_version")" \
    "mmdebstrap, dpkg --remove, dpkg --unpack (make.sh)" "dpkg-query -W, of every state but config-files and not-installed"
done

# Images without dpkg itself have the control file of each archive below status.d.
root=$(system trixie ca-certificates)
mkdir -p "$stage/status.d/etc" "$stage/status.d/var/lib/dpkg/status.d"
cp -L "$root/etc/os-release" "$stage/status.d/etc"
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside "$root" <<'END'
mkdir -p /srv/debs && cd /srv/debs
[ -n "$(ls)" ] || { apt-get update -qq; apt-get download -qq base-files libc6 libssl3t64 netbase tzdata libgcc-s1 libstdc++6 libgomp1 zlib1g ca-certificates; }
END
for archive in "$root"/srv/debs/*.deb; do
  name=$(dpkg-deb --field "$archive" Package)
  dpkg-deb --field "$archive" > "$stage/status.d/var/lib/dpkg/status.d/$name"
  (dpkg-deb --ctrl-tarfile "$archive" | tar -x -O ./md5sums 2>/dev/null || true) > "$stage/status.d/var/lib/dpkg/status.d/$name.md5sums"
  dpkg-deb --show --showformat '${Package}\t${Version}\t${source:Package}\t${source:Version}\n' "$archive"
done > "$stage/status.d.list"
record debian-status.d "$stage/status.d" "$stage/status.d.list" "dpkg $(dpkg-deb --version | head -n 1 | grep -o '[0-9][0-9.]*[0-9]')" "dpkg-deb --field, a file for each archive" "dpkg-deb --show"
