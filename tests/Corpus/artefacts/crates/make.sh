#!/bin/sh
# Programs that cargo auditable builds of the crates that Debian keeps as sources, and lock files that cargo writes of them.
. "$(dirname "$0")/../lib.sh"
stage=$work/crates
rm -rf "$stage"
crates="anyhow auditable-info base64 bitflags bitflags-1 chrono itoa log memchr rand regex semver serde serde-json thiserror url"
root=$(system trixie cargo cargo-auditable gcc libc6-dev $(printf 'librust-%s-dev ' $crates))

inside "$root" <<'END'
rm -rf /srv/rust && mkdir -p /srv/rust/.cargo && cd /srv/rust
cat > .cargo/config.toml <<'TOML'
[source.crates-io]
replace-with = "debian"
[source.debian]
directory = "/usr/share/cargo/registry"
TOML
profile='[profile.release]\nopt-level = "z"\npanic = "abort"\nlto = true\nstrip = true\ncodegen-units = 1\n'

# One program of few crates; what only its tests need is not in it.
mkdir -p greeter/src
printf '[package]\nname = "greeter"\nversion = "0.3.1"\nedition = "2021"\n[dependencies]\nbase64 = "*"\nitoa = "*"\nsemver = "*"\n[dev-dependencies]\nanyhow = "*"\n%b' "$profile" > greeter/Cargo.toml
cat > greeter/src/main.rs <<'RUST'
use base64::Engine;
fn main() {
    let version = semver::Version::new(1, 2, std::process::id() as u64);
    println!("{} {}", base64::engine::general_purpose::STANDARD.encode(version.to_string()), itoa::Buffer::new().format(version.patch));
}
RUST

# A workspace: a library and a program of its own, macros that run while it is built, and a build script with needs.
mkdir -p orders/model/src orders/app/src
printf '[workspace]\nmembers = ["model", "app"]\nresolver = "2"\n%b' "$profile" > orders/Cargo.toml
printf '[package]\nname = "model"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nserde = { version = "*", features = ["derive"] }\nthiserror = "*"\n' > orders/model/Cargo.toml
printf '#[derive(serde::Serialize, serde::Deserialize)]\npub struct Order { pub id: u32 }\n#[derive(Debug, thiserror::Error)]\n#[error("no order")]\npub struct Missing;\n' > orders/model/src/lib.rs
printf '[package]\nname = "app"\nversion = "2.0.0-rc.1"\nedition = "2021"\n[dependencies]\nmodel = { path = "../model" }\nserde_json = "*"\nlog = "*"\n[build-dependencies]\nsemver = "*"\nregex = "*"\n' > orders/app/Cargo.toml
printf 'fn main() { println!("cargo:rustc-env=OF={}", semver::Version::new(1, 0, 0)); }\n' > orders/app/build.rs
printf 'fn main() { log::info!("{}", env!("OF")); println!("{}", serde_json::to_string(&model::Order { id: 7 }).unwrap_or_else(|_| model::Missing.to_string())); }\n' > orders/app/src/main.rs

# The same crate in two versions, one of them under another name, and needs of other systems.
mkdir -p clock/src
printf '[package]\nname = "clock"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\nchrono = "*"\nrand = "*"\nurl = "*"\nbitflags = "2"\nold = { package = "bitflags", version = "1" }\n[target."cfg(windows)".dependencies]\nregex = "*"\n%b' "$profile" > clock/Cargo.toml
cat > clock/src/main.rs <<'RUST'
bitflags::bitflags! { struct New: u8 { const A = 1; } }
old::bitflags! { struct Old: u8 { const A = 1; } }
fn main() {
    let url = url::Url::parse("https://example.com/?q=1").unwrap();
    println!("{} {url} {} {}", chrono::Utc::now(), rand::random::<u8>() & New::A.bits(), Old::A.bits());
}
RUST

# The reader of audit data that cargo auditable's own makers publish.
mkdir -p audit/src
printf '[package]\nname = "audit"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\nauditable-info = "*"\n' > audit/Cargo.toml
cat > audit/src/main.rs <<'RUST'
fn main() {
    let info = auditable_info::audit_info_from_file(std::env::args().nth(1).unwrap().as_ref(), Default::default()).unwrap();
    for p in info.packages {
        println!("{}\t{}\t{:?}\t{:?}", p.name, p.version, p.kind, p.source);
    }
}
RUST
(cd audit && cargo build --release --offline)
for app in greeter orders clock; do (cd "$app" && cargo auditable build --release --offline); done
END

# What is built in, by the audit data: without what only built it, and the program's own packages. Macros count as built in;
# cargo's tree must say the same.
for app in greeter orders clock; do
  program=$app
  [ "$app" = orders ] && program=app
  mkdir -p "$stage/$app"
  # The code of the crates is not kept: of the program only the section that has the list.
  echo "objcopy --only-section=.dep-v0 /srv/rust/$app/target/release/$program /srv/rust/$app/target/audited" | inside "$root"
  cp "$root/srv/rust/$app/target/audited" "$stage/$app/bootstrap"
  echo "/srv/rust/audit/target/release/audit /srv/rust/$app/target/release/$program" | inside "$root" > "$stage/$app.audit"
  awk -F'\t' '$3 == "Runtime" && $4 != "Local" { print $1 "\t" $2 }' "$stage/$app.audit" | sort -u > "$stage/$app.list"
  echo "cd /srv/rust/$app && cargo tree --offline --prefix none --edges normal" | inside "$root" |
    sed -n '/(\/srv/d; s/^\(\S*\) v\(\S*\).*/\1\t\2/p' | sort -u > "$stage/$app.tree"
  diff "$stage/$app.list" "$stage/$app.tree"
  record "$app" "$stage/$app" "$stage/$app.list" "cargo-auditable $(echo "dpkg-query -W -f '\${Version}' cargo-auditable" | inside "$root"), $(echo 'cargo --version' | inside "$root"), Debian $(cat "$root/etc/debian_version")" \
    "cargo auditable build --release" "auditable_info::audit_info_from_file, packages of kind runtime that are not local; cargo tree --edges normal lists the same"
done

# Lock files: everything that has a source, needs of the build and of tests included.
for app in greeter orders clock; do
  mkdir -p "$stage/$app-lock"
  cp "$root/srv/rust/$app/Cargo.lock" "$stage/$app-lock"
  echo "cd /srv/rust/$app && cargo metadata --offline --locked --format-version 1" | inside "$root" | python3 -c 'import json, sys
for p in json.load(sys.stdin)["packages"]:
    if p["source"]: print(p["name"], p["version"], sep="\t")' > "$stage/$app-lock.list"
  record "$app-lock" "$stage/$app-lock" "$stage/$app-lock.list" "$(echo 'cargo --version' | inside "$root"), Debian $(cat "$root/etc/debian_version")" \
    "cargo build --offline" "cargo metadata --locked, packages with a source"
done
