#!/bin/sh
# Gems of Debian's Ruby, gems that RubyGems installed itself, and what Bundler put into vendor/bundle.
. "$(dirname "$0")/../lib.sh"
stage=$work/rubygems
rm -rf "$stage"
gems="ruby ruby-dev bundler gcc make git ruby-sinatra ruby-nokogiri ruby-rack ruby-sequel ruby-sqlite3 ruby-concurrent ruby-activesupport ruby-jwt ruby-faraday ruby-aws-sdk"

# list ROOT ENVIRONMENT: gem's own listing, a line for each version; what stands behind a version is its platform.
list() {
  inside "$1" <<END | python3 -c 'import re, sys
for name, versions in re.findall(r"^(\S+) \((.*)\)$", sys.stdin.read(), re.M):
    for version in versions.replace("default: ", "").split(", "): print(name, version.split(" ")[0], sep="\t")'
$2 gem list --local --quiet
END
}

# keep ROOT FROM...: copies the specifications that lie below the folders.
keep() {
  from=$1 to=$2
  shift 2
  (cd "$from" && find "$@" -name '*.gemspec' \( -path '*/specifications/*' -o -path '*/bundler/gems/*' \) 2>/dev/null | sort | tar -c -T -) | (mkdir -p "$to" && tar -x -C "$to")
}

# 1, 2: what Debian's packages installed, default gems and bundled gems included.
for suite in bullseye bookworm; do
  root=$(system $suite $gems)
  keep "$root" "$stage/$suite" usr/lib/ruby usr/lib/x86_64-linux-gnu/rubygems-integration usr/share/rubygems-integration var/lib/gems
  list "$root" "" > "$stage/$suite.list"
  record "debian-$suite" "$stage/$suite" "$stage/$suite.list" "RubyGems $(echo gem --version | inside "$root"), Debian $(cat "$root/etc/debian_version")" \
    "apt-get install ruby ruby-sinatra ruby-nokogiri and others (make.sh)" "gem list --local"
done

# Gems to install without a registry: the installed ones packed again, with the metadata that they have. Nokogiri becomes
# one for the platform, as its makers publish it, and bcrypt_pbkdf one that is compiled where it is installed.
root=$(system trixie $gems ruby-bcrypt-pbkdf)
inside "$root" <<'END'
rm -rf /src/gems
mkdir -p /src/gems
cd /src/gems
cat > pack.rb <<'RUBY'
require 'rubygems/package'
Gem::Specification.each do |spec|
  next if Gem::Specification.any? { |other| other.default_gem? && other.full_name == spec.full_name }
  copy = spec.dup
  copy.files = ["lib/#{spec.name.tr('/', '_')}.rb"]
  copy.executables, copy.extensions, copy.extra_rdoc_files, copy.test_files, copy.require_paths = [], [], [], [], ['lib']
  copy.bindir = 'exe'
  copy.cert_chain, copy.signing_key = [], nil
  copy.summary = spec.name if copy.summary.to_s.empty?
  copy.authors = ['unknown'] if copy.authors.empty?
  copy.platform = 'x86_64-linux-gnu' if spec.name == 'nokogiri'
  if spec.name == 'bcrypt_pbkdf'
    copy.extensions = ['ext/extconf.rb']
    copy.files += ['ext/extconf.rb', 'ext/probe.c']
  end
  Dir.mkdir(spec.full_name)
  Dir.chdir(spec.full_name) do
    Dir.mkdir('lib')
    Dir.mkdir('ext')
    copy.files.each { |file| File.write(file, "# #{spec.name}\n") }
    next Gem::Package.build(copy, true) if copy.extensions.empty?
    File.write('ext/extconf.rb', "require 'mkmf'\ncreate_makefile('probe')\n")
    File.write('ext/probe.c', "void Init_probe(void) {}\n")
    Gem::Package.build(copy, true)
  end
end
RUBY
ruby pack.rb
mkdir cache
mv */*.gem cache
END

# 3: RubyGems' own install, as a layer has it below ruby/gems.
inside "$root" <<'END'
rm -rf /opt/ruby
cd /src/gems/cache
gem install --local --no-document --force --install-dir /opt/ruby/gems/3.3.0 *.gem
END
keep "$root/opt" "$stage/layer" ruby/gems/3.3.0/specifications
list "$root" "GEM_HOME=/opt/ruby/gems/3.3.0 GEM_PATH=/opt/ruby/gems/3.3.0" | sort > "$stage/all.list"
# With default gems of the interpreter, which are not in the layer.
list "$root" "GEM_HOME=/nowhere GEM_PATH=/nowhere" | sort > "$stage/interpreter.list"
comm -23 "$stage/all.list" "$stage/interpreter.list" > "$stage/layer.list"
record layer "$stage/layer" "$stage/layer.list" "RubyGems $(echo gem --version | inside "$root"), Debian $(cat "$root/etc/debian_version")" \
  "gem install --local --install-dir ruby/gems/3.3.0 *.gem" "gem list --local, less what it lists for an empty GEM_HOME"

# 4: Bundler, with groups, a gem of a git repository and one of a folder.
inside "$root" <<'END'
rm -rf /srv/app /src/house
mkdir -p /srv/app/vendor /srv/app/engine /src/house
cp -r /src/gems/cache /srv/app/vendor/cache
cd /src/house
printf 'Gem::Specification.new do |s|\n  s.name, s.version, s.summary, s.authors = "house", "0.4.2", "House", ["us"]\n  s.add_dependency "rack"\nend\n' > house.gemspec
git init -q . && git add . && git -c user.name=us -c user.email=us@example.com commit -qm first
cd /srv/app
printf 'Gem::Specification.new do |s|\n  s.name, s.version, s.summary, s.authors = "engine", "1.0.0", "Engine", ["us"]\nend\n' > engine/engine.gemspec
cat > Gemfile <<'RUBY'
source 'https://rubygems.example'
gem 'sinatra'
gem 'nokogiri'
gem 'house', git: '/src/house'
gem 'engine', path: 'engine'
group(:development) { gem 'sqlite3' }
RUBY
bundle config set --local path vendor/bundle
bundle config set --local without development
bundle config set --local disable_checksum_validation true
bundle install --local --no-cache
END
keep "$root/srv/app" "$stage/bundle" vendor
cp "$root/srv/app/Gemfile" "$root/srv/app/Gemfile.lock" "$stage/bundle"
inside "$root" <<'END' | sed -n 's/^  \* \(\S*\) (\([^ )]*\).*/\1\t\2/p' > "$stage/bundle.list"
cd /srv/app
bundle list | while read -r star name version; do
  case $star:$(bundle info --path "$name" 2>/dev/null) in \*:/srv/app/vendor/*) echo "  * $name $version";; esac
done
END
record bundle "$stage/bundle" "$stage/bundle.list" "Bundler $(echo 'bundle --version' | inside "$root" | grep -o '[0-9.]*$'), Debian $(cat "$root/etc/debian_version")" \
  "bundle install --local, path vendor/bundle, without development" "bundle list, of what bundle info --path places in vendor"
