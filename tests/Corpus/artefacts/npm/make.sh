#!/bin/sh
# What npm, pnpm, Yarn and bun install from the registry: of each package its manifest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
stage=$work/npm
rm -rf "$stage"
mkdir -p "$stage/tools"
cd "$stage"
npm install --silent --prefix tools pnpm@10.4.1 yarn@1.22.22 @yarnpkg/cli-dist@4.18.1 @oven/bun-linux-x64@1.4.5
PATH=$stage/tools/node_modules/.bin:$PATH
manifest='{
  "name": "shop", "version": "1.0.0", "private": true,
  "dependencies": {
    "@babel/code-frame": "7.22.5", "express": "4.18.2", "debug": "4.3.4", "old-ms": "npm:ms@2.0.0", "semver": "7.5.4",
    "lodash.get": "4.4.2", "minimatch": "3.1.2", "string-width": "4.2.3"
  },
  "optionalDependencies": { "fsevents": "2.3.3" },
  "devDependencies": { "rimraf": "3.0.2" }
}'

# keep NAME FILE...: the files, and the manifests of what is installed; links are left out, as zips of functions have none.
keep() {
  name=$1
  shift
  mkdir -p "kept/$name"
  (cd "$name" && { printf '%s\n' package.json "$@"; find node_modules -type f -name package.json; } | tar -c -T -) | tar -x -C "kept/$name"
}

record() { python3 "$here/../record.py" "$here" "$1" "kept/$1" "$1.list" "$2, Node $(node --version)" "$3" "$4"; }

# All that a tree of {dependencies: {name: {version, dependencies}}} names; the one alias by its name in the registry.
# What was left out for being of another system is named too, with a path where nothing is.
tree='
import json, os, sys
def walk(node):
    for member in ("dependencies", "optionalDependencies"):
        for name, one in (node.get(member) or {}).items():
            if "version" in one and not one.get("missing") and os.path.exists(one.get("path", "/")): print("ms" if name == "old-ms" else name, one["version"], sep="\t")
            walk(one)
data = json.load(sys.stdin)
walk(data[0] if isinstance(data, list) else data)'

mkdir npm pnpm yarn omit
for folder in npm pnpm yarn omit; do printf '%s\n' "$manifest" > "$folder/package.json"; done

(cd npm && npm install --silent --no-audit --no-fund)
keep npm package-lock.json
(cd npm && npm ls --all --json) | python3 -c "$tree" > npm.list
record npm "npm $(npm --version)" "npm install" "npm ls --all --json"

(cd omit && npm install --silent --no-audit --no-fund --omit=dev --no-package-lock)
keep omit
(cd omit && npm ls --all --json --omit=dev) | python3 -c "$tree" > omit.list
record omit "npm $(npm --version)" "npm install --omit=dev --no-package-lock" "npm ls --all --json --omit=dev"

(cd pnpm && pnpm install --silent --prod)
keep pnpm pnpm-lock.yaml
(cd pnpm && pnpm list --prod --depth Infinity --json) | python3 -c "$tree" > pnpm.list
record pnpm "pnpm $(pnpm --version)" "pnpm install --prod" "pnpm list --prod --depth Infinity --json"

(cd yarn && yarn install --silent --production)
keep yarn yarn.lock
(cd yarn && yarn list --production --json --silent) | python3 -c 'import json, sys
def walk(trees):
    for tree in trees:
        name, _, version = tree["name"].rpartition("@")
        # What is only asked for is shadowed; where it is installed it stands once more.
        if not tree.get("shadow"): print(name, version, sep="\t")
        walk(tree.get("children") or [])
for line in sys.stdin:
    entry = json.loads(line)
    if entry["type"] == "tree": walk(entry["data"]["trees"])' > yarn.list
sed -i "s/^old-ms\t/ms\t/; /^fsevents\t/d" yarn.list
record yarn "Yarn $(yarn --version)" "yarn install --production" "yarn list --production --json, its alias old-ms named as in the registry, less fsevents, which was not installed"

# Yarn 4: with Plug'n'Play packages stay in archives, of which only the names are kept; its linker named after pnpm has a store.
# Of what is for other systems it lists all and installs nothing.
berry() { YARN_ENABLE_TELEMETRY=0 YARN_ENABLE_GLOBAL_CACHE=false YARN_ENABLE_SCRIPTS=false node "$stage/tools/node_modules/@yarnpkg/cli-dist/bin/yarn.js" "$@"; }
for linker in pnp pnpm; do
  name=yarn4-$linker
  mkdir "$name"
  printf '%s\n' "$manifest" > "$name/package.json"
  printf 'nodeLinker: %s\n' "$linker" > "$name/.yarnrc.yml"
  : > "$name/yarn.lock"
  (cd "$name" && berry install > /dev/null)
  (cd "$name" && berry info --all --recursive --json) | python3 -c 'import json, re, sys
for line in sys.stdin:
    entry = json.loads(line)
    name = re.match(r"(@?[^@]+)@", entry["value"])[1]
    if "@workspace:" not in entry["value"] and name != "fsevents": print(name, entry["children"]["Version"], sep="\t")' | sort -u > "$name.list"
done
mkdir -p kept/yarn4-pnp/.yarn/cache
cp yarn4-pnp/package.json yarn4-pnp/yarn.lock yarn4-pnp/.pnp.cjs kept/yarn4-pnp
(cd yarn4-pnp/.yarn/cache && for archive in *.zip; do : > "$stage/kept/yarn4-pnp/.yarn/cache/$archive"; done)
(cd yarn4-pnp && find .yarn/unplugged -type f -name package.json | tar -c -T -) | tar -x -C kept/yarn4-pnp
keep yarn4-pnpm yarn.lock
for linker in pnp pnpm; do
  record "yarn4-$linker" "Yarn $(berry --version)" "yarn install with nodeLinker $linker" "yarn info --all --recursive --json, less fsevents, which was not installed"
done

mkdir bun
printf '%s\n' "$manifest" > bun/package.json
bun=$stage/tools/node_modules/@oven/bun-linux-x64/bin/bun
(cd bun && "$bun" install --linker isolated > /dev/null)
keep bun bun.lock
(cd bun && "$bun" pm ls --all) | sed -nE 's/^.*── (@?[^@]+)@(.*)$/\1\t\2/p' | sed 's/^old-ms\t/ms\t/' | sort -u > bun.list
record bun "bun $("$bun" --version)" "bun install --linker isolated" "bun pm ls --all, its alias old-ms named as in the registry"
