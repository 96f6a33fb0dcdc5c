# What the make scripts have in common. They need root, mmdebstrap, python3, and the sources of Debian packages that apt has.
set -eu
work=${WORK:-$(mktemp -d)}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"

# system SUITE PACKAGE...: a system of its own, made once and completed where packages are missing; prints its folder.
system() {
  suite=$1
  shift
  root=$work/$suite
  [ -e "$root/etc/debian_version" ] || mmdebstrap --variant=minbase --include=ca-certificates "$suite" "$root" >&2
  [ -e "$root/etc/apt/sources.list.d/source.list" ] || sed -n 's/^deb /deb-src /p' "$root/etc/apt/sources.list" > "$root/etc/apt/sources.list.d/source.list"
  missing=
  for package; do
    chroot "$root" dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || missing="$missing $package"
  done
  if [ -n "$missing" ]; then
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    chroot "$root" apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get install -y -qq --no-install-recommends $missing >&2
  fi
  printf %s "$root"
}

# inside ROOT: runs standard input as a script in the system.
inside() { unshare --mount sh -c 'mount -t proc proc "$1/proc" && root=$1 && shift && exec chroot "$root" "$@"' - "$1" env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -eu; }

# record NAME FILES LISTING TOOL MADE LISTED: keeps an artefact and its label beside the calling script.
record() { python3 "$here/../record.py" "$here" "$@"; }
