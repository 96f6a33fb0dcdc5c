#!/bin/sh
# Databases that rpm itself makes, of packages that rpmbuild makes of three releases, in SQLite and in rpm's own format.
. "$(dirname "$0")/../lib.sh"
stage=$work/rpm
rm -rf "$stage"

# build ROOT: packages with an epoch, of one source, of another version than their source, of two architectures, of a
# module, with versions that have ~ and ^, without files, and one that is there twice as kernels are.
build() {
  inside "$1" <<'END'
rm -rf /srv/rpm && mkdir -p /srv/rpm && cd /srv/rpm
cat > plain.spec <<'SPEC'
Name: plain
Version: 1.4.2
Release: 7%{?dist}
Epoch: 2
Summary: A library
License: MIT AND (Apache-2.0 OR GPL-2.0-or-later)
%description
A library.
%package devel
Summary: Headers
Requires: %{name} = %{epoch}:%{version}-%{release}
%description devel
Headers.
%package -n python3-plain
Version: 3.0~rc1^20240101git0a1b2c3
Release: 1%{?dist}
Epoch: 0
Summary: Binding
%description -n python3-plain
Binding.
%package common
Summary: Common files
BuildArch: noarch
%description common
Common files.
%install
mkdir -p %{buildroot}/usr/lib/plain %{buildroot}/usr/include %{buildroot}/usr/share/plain
for i in $(seq 300); do echo $i > %{buildroot}/usr/share/plain/a-file-with-a-rather-long-name-$i.txt; done
echo > %{buildroot}/usr/lib/plain/one.py
echo > %{buildroot}/usr/include/plain.h
%files
/usr/lib/plain
%files devel
/usr/include/plain.h
%files -n python3-plain
%files common
/usr/share/plain
SPEC
cat > core.spec <<'SPEC'
Name: kernel-core
Version: 6.1.%{minor}
Release: 100.el9
Summary: Kernel
License: GPL-2.0-only
Provides: installonlypkg(kernel)
%description
Kernel.
%files
SPEC
cat > module.spec <<'SPEC'
Name: nodejs
Version: 18.19.0
Release: 1.module+el8.9.0+21387+df3ce7ab
Epoch: 1
Summary: Runtime
License: MIT
ModularityLabel: nodejs:18:8090020240101000000:a75119d5
%description
Runtime.
%files
SPEC
for spec in plain module; do rpmbuild -bb --quiet --define '_topdir /srv/rpm' --define 'dist .el9' "$spec.spec"; done
rpmbuild -bb --quiet --define '_topdir /srv/rpm' --define 'dist .el9' --target i686 plain.spec
for minor in 9 10; do rpmbuild -bb --quiet --define '_topdir /srv/rpm' --define "minor $minor" core.spec; done
ls RPMS/*
END
}

# install ROOT NAME OS_RELEASE FILE OPTION...
install() {
  root=$1 name=$2 release=$3 file=$4
  shift 4
  rm -rf "$root/srv/$name"
  inside "$root" <<END
mkdir -p /srv/$name/var/lib/rpm
cd /srv/rpm/RPMS
rpm --root /srv/$name --dbpath /var/lib/rpm $* --initdb
rpm --root /srv/$name --dbpath /var/lib/rpm $* -i --nodeps --ignorearch --ignoreos --nosignature --replacefiles */*.rpm
rpm --root /srv/$name --dbpath /var/lib/rpm $* -e --nodeps plain-devel.i686 || true
for key in /etc/apt/trusted.gpg.d/*.asc; do rpm --root /srv/$name --dbpath /var/lib/rpm $* --import "\$key" && break || true; done
END
  mkdir -p "$stage/$name/etc" "$stage/$name/var/lib/rpm"
  printf '%s\n' "$release" > "$stage/$name/etc/os-release"
  cp "$root/srv/$name/var/lib/rpm/$file" "$stage/$name/var/lib/rpm"
  # As rpm orders versions: with the epoch where there is one but 0. Keys are no packages.
  echo "rpm --root /srv/$name --dbpath /var/lib/rpm $* -qa --qf '%{NAME}\t%|EPOCH?{%{EPOCH}:}:{}|%{VERSION}-%{RELEASE}\t%{SOURCERPM}\n'" | inside "$root" |
    sed '/^gpg-pubkey\t/d; s/\t0:/\t/' > "$stage/$name.rows"
  case $release in
    # rpm does not tell the epoch of a source: it is taken for the package's own.
    *rocky*) sed 's/^\([^\t]*\t\(\([0-9]*:\)\?\)[^\t]*\)\t\(.*\)-\([^-]*-[^-]*\)\.\(no\)\?src\.rpm$/\1\t\4\t\2\5/' "$stage/$name.rows" ;;
    *) cut -f1,2 "$stage/$name.rows" ;;
  esac > "$stage/$name.list"
  record "$name" "$stage/$name" "$stage/$name.list" "$(echo 'rpm --version' | inside "$root"), Debian $(cat "$root/etc/debian_version")" \
    "rpmbuild -bb, rpm --root --dbpath $* -i, rpm --import" "rpm -qa --qf '%{NAME} %{EPOCH}:%{VERSION}-%{RELEASE} %{SOURCERPM}', less gpg-pubkey"
}

redhat='ID="rhel"
VERSION_ID="9.4"'
rocky='ID="rocky"
VERSION_ID="9.4"'

root=$(system bullseye rpm)
build "$root"
install "$root" sqlite-4.16 "$redhat" rpmdb.sqlite --define "'_db_backend sqlite'"
root=$(system bookworm rpm)
build "$root"
install "$root" sqlite-4.18 "$rocky" rpmdb.sqlite
root=$(system trixie rpm)
build "$root"
install "$root" sqlite-4.20 "$redhat" rpmdb.sqlite
install "$root" ndb-4.20 "$rocky" Packages.db --define "'_db_backend ndb'"
