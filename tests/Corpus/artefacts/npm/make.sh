#!/bin/sh
# What npm, pnpm and Yarn install from the registry: of each package its manifest.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
stage=$work/npm
rm -rf "$stage"
mkdir -p "$stage/tools"
cd "$stage"
npm install --silent --prefix tools pnpm@10.4.1 yarn@1.22.22
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
