#!/bin/sh
# Programs that Go builds of the vendored modules that Debian keeps as sources. The code is not kept: of a program only the
# section that has the list.
. "$(dirname "$0")/../lib.sh"
stage=$work/go
rm -rf "$stage"
modules="github.com/google/uuid github.com/pkg/errors github.com/BurntSushi/toml gopkg.in/yaml.v3 golang.org/x/text"
sources="golang-github-google-uuid-dev golang-github-pkg-errors-dev golang-github-burntsushi-toml-dev golang-gopkg-yaml.v3-dev golang-golang-x-text-dev"

# build SUITE NAME VERSIONS REPLACE OPTION...: versions stand in the order of the modules.
build() {
  root=$(system "$1" golang-go binutils $sources) name=$2 versions=$3 replace=$4
  shift 4
  {
    printf 'name=%s\nreplace="%s"\n' "$name" "$replace"
    cat <<'END'
export GOFLAGS=-mod=vendor GOPROXY=off GOTOOLCHAIN=local GO111MODULE=on CGO_ENABLED=0
rm -rf "/srv/go/$name" && mkdir -p "/srv/go/$name/vendor" && cd "/srv/go/$name"
printf 'module example.com/Shop/%s\n\ngo 1.17\n\n' "$name" > go.mod
END
    set -- "$@" --
    for module in $modules; do
      version=${versions%% *}
      versions=${versions#* }
      printf 'add %s %s\n' "$module" "$version"
    done | sed '1i\
add() {\
  mkdir -p "vendor/$1"\
  cp -rL "/usr/share/gocode/src/$1/." "vendor/$1"\
  rm -rf "vendor/$1/vendor"\
  printf "require %s %s\\n" "$1" "$2" >> go.mod\
  to=\
  case $replace in "$1 => "*) to=" => ${replace#* => }"; printf "replace %s\\n" "$replace" >> go.mod;; esac\
  printf "# %s %s%s\\n## explicit; go 1.18\\n" "$1" "$2" "$to" >> vendor/modules.txt\
  (cd vendor && find "$1" -name "*.go" ! -name "*_test.go" -printf "%h\\n" | sort -u) >> vendor/modules.txt\
  case $replace in "$1 => "*) replaced="# $replace";; esac\
}'
    cat <<'END'
[ -z "$replace" ] || printf '# %s\n' "$replace" >> vendor/modules.txt
cat > main.go <<'GO'
package main

import (
	"fmt"

	"github.com/BurntSushi/toml"
	"github.com/google/uuid"
	"github.com/pkg/errors"
	"golang.org/x/text/language"
	"gopkg.in/yaml.v3"
)

func main() {
	text, err := yaml.Marshal(map[string]string{"id": uuid.NewString()})
	fmt.Println(string(text), errors.Wrap(err, "none"), toml.Key{"a"}, language.German)
}
GO
END
    printf 'go build -o bootstrap'
    for option; do [ "$option" = -- ] || printf " '%s'" "$option"; done
    printf '\nobjcopy --only-section=.go.buildinfo bootstrap listed\n'
  } > "$work/go-$name.sh"
  inside "$root" < "$work/go-$name.sh"
  mkdir -p "$stage/$name"
  cp "$root/srv/go/$name/listed" "$stage/$name/bootstrap"
  # What replaces a module is what is built in; the standard library has the version of Go.
  echo "go version -m /srv/go/$name/bootstrap" | inside "$root" | awk -F'\t' '
    NR == 1 { sub(/.*: go/, ""); print "stdlib\t" $0 }
    $2 == "dep" { if (row) print row; row = $3 "\t" $4 }
    $2 == "=>" { row = $3 "\t" $4 }
    END { print row }' > "$stage/$name.list"
  record "$name" "$stage/$name" "$stage/$name.list" "$(echo 'go version' | inside "$root"), Debian $(cat "$root/etc/debian_version")" "go build$(for option; do [ "$option" = -- ] || printf ' %s' "$option"; done)" "go version -m"
}

build bookworm plain "v1.3.0 v0.9.1 v1.2.0 v3.0.1 v0.7.0" ""
build trixie stripped "v1.6.0 v0.9.2-0.20201214064552-5dd12d0cfe7f v1.4.0 v3.0.1 v0.22.0" "" -trimpath "-ldflags=-s -w"
build trixie replaced "v1.6.0 v0.9.1 v1.4.0 v3.0.1 v0.22.0" "github.com/pkg/errors => github.com/Acme/errors/v2 v2.3.4-beta.1"
