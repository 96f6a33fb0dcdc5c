#!/bin/sh
# What Composer installs from git repositories, which are made of the upstream sources that Debian keeps.
. "$(dirname "$0")/../lib.sh"
stage=$work/composer
rm -rf "$stage"
tools="composer php-cli git unzip ca-certificates dpkg-dev xz-utils"

new=$(system trixie $tools)
inside "$new" <<'END'
mkdir -p /src/php
cd /src/php
for source in php-monolog php-psr-log php-psr-http-message php-psr-http-factory php-psr-container php-psr-cache php-guzzlehttp-psr7 \
  php-guzzlehttp-promises php-getallheaders php-symfony-contracts php-hamcrest php-mockery phpunit php-deepcopy php-phar-io-manifest \
  php-phar-io-version php-codecoverage php-file-iterator php-invoker php-text-template php-timer phpunit-cli-parser \
  phpunit-code-unit phpunit-comparator phpunit-diff phpunit-environment phpunit-exporter phpunit-global-state \
  phpunit-object-enumerator phpunit-object-reflector phpunit-recursion-context phpunit-complexity phpunit-lines-of-code \
  phpunit-code-unit-reverse-lookup phpunit-type phpunit-version php-staabm-side-effects-detector php-parser php-tokenizer; do
  # Only the upstream archive is needed, which may come where Debian's own part does not.
  ls "$source"_*.orig.* > /dev/null 2>&1 || apt-get source -qq --download-only "$source" > /dev/null 2>&1 || true
done
git config --global user.name us
git config --global user.email us@example.com
git config --global init.defaultBranch main
rm -rf repositories
mkdir repositories
for archive in *.orig.tar.*; do
  name=${archive%%_*}
  version=$(echo "$archive" | sed 's/^[^_]*_//; s/\.orig.*//; s/[+~].*//')
  mkdir "repositories/$name"
  tar -x -C "repositories/$name" --strip-components=1 -f "$archive"
  (cd "repositories/$name" && git init -q && git add -A && git commit -qm "$version" && git tag "v$version")
done

# A branch without a tag, and one package that stands for others.
mkdir repositories/house
cd repositories/house
printf '{"name": "Acme/House", "license": ["MIT", "proprietary"], "replace": {"acme/window": "self.version", "psr/cache": "3.9"}, "provide": {"psr/log-implementation": "3.0"}, "extra": {"branch-alias": {"dev-main": "2.x-dev"}}}\n' > composer.json
git init -q && git add -A && git commit -qm house
mkdir ../door
cd ../door
printf '{"name": "acme/door", "require": {"acme/window": "^2.0@dev", "acme/house": "^2.0@dev"}}\n' > composer.json
git init -q && git add -A && git commit -qm door && git tag 1.0.0-beta.2
END

# install ROOT FOLDER REQUIRED REQUIRED_BY_DEVELOPERS OPTION...
install() {
  root=$1 folder=$2 required=$3 development=$4
  shift 4
  [ "$root" = "$new" ] || { rm -rf "$root/src/php/repositories" && mkdir -p "$root/src/php" && cp -r "$new/src/php/repositories" "$root/src/php"; }
  inside "$root" <<END
rm -rf "/srv/$folder" && mkdir -p "/srv/$folder" && cd "/srv/$folder"
git config --global --add safe.directory '*'
{
  printf '{"name": "us/site", "version": "1.2.3", "minimum-stability": "beta", "repositories": ['
  for repository in /src/php/repositories/*; do printf '{"type": "vcs", "url": "%s"}, ' "\$repository"; done
  printf '{"packagist.org": false}], "require": {$required}, "require-dev": {$development}}\n'
} > composer.json
COMPOSER_ALLOW_SUPERUSER=1 composer $* --no-interaction --no-progress --ignore-platform-reqs
END
}

# list ROOT FOLDER OPTION...: Composer's own listing; behind a branch it names the revision.
list() {
  root=$1 folder=$2
  shift 2
  echo "cd /srv/$folder && COMPOSER_ALLOW_SUPERUSER=1 composer show --format=json $* 2>/dev/null" | inside "$root" |
    python3 -c 'import json, sys
for p in next(iter(json.load(sys.stdin).values())): print(p["name"], p["version"].split(" ")[0], sep="\t")'
}

# keep ROOT NAME FILE...
keep() {
  root=$1 name=$2
  shift 2
  mkdir -p "$stage/$name"
  (cd "$root/srv/$name" && tar -c "$@") | tar -x -C "$stage/$name"
}

words() { echo "Composer $(echo 'COMPOSER_ALLOW_SUPERUSER=1 composer --version 2>/dev/null' | inside "$1" | grep -o '[0-9][0-9.]*' | head -n 1), Debian $(cat "$1/etc/debian_version")"; }

site='"monolog/monolog": "^3", "guzzlehttp/psr7": "^2"'
tests='"phpunit/phpunit": "^11", "acme/door": "^1.0@beta", "acme/house": "dev-main"'

install "$new" site "$site" "$tests" install --no-dev
keep "$new" site vendor/composer/installed.json composer.json composer.lock
list "$new" site > "$stage/site.list"
record site "$stage/site" "$stage/site.list" "$(words "$new")" "composer install --no-dev" "composer show --format=json"

install "$new" site-tools "$site" "$tests" install
keep "$new" site-tools vendor/composer/installed.json
list "$new" site-tools > "$stage/site-tools.list"
record site-tools "$stage/site-tools" "$stage/site-tools.list" "$(words "$new")" "composer install" "composer show --format=json"

old=$(system bookworm $tools)
install "$old" site-lock "$site" "$tests" update --no-install
keep "$old" site-lock composer.json composer.lock
list "$old" site-lock --locked > "$stage/site-lock.list"
record site-lock "$stage/site-lock" "$stage/site-lock.list" "$(words "$old")" "composer update --no-install" "composer show --locked --format=json"

oldest=$(system bullseye $tools)
install "$oldest" site-old "$site" "$tests" install
keep "$oldest" site-old vendor/composer/installed.json
list "$oldest" site-old > "$stage/site-old.list"
record site-old "$stage/site-old" "$stage/site-old.list" "$(words "$oldest")" "composer install" "composer show --format=json"
