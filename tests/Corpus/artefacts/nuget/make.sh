#!/bin/sh
# What the .NET SDK leaves of a project: the dependency list of a published program, a lock file, and a restored project.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${WORK:-$(mktemp -d)}
stage=$work/nuget
rm -rf "$stage"
mkdir -p "$stage/app" "$stage/published" "$stage/locked" "$stage/restored/obj"
cd "$stage/app"
# Nothing of the surrounding folders counts.
echo '<Project />' | tee Directory.Build.props Directory.Build.targets > Directory.Packages.props
cat > app.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net8.0</TargetFramework>
    <Version>3.1.4</Version>
    <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
    <UseAppHost>false</UseAppHost>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Newtonsoft.Json" Version="13.0.3" />
    <PackageReference Include="Serilog.Sinks.Console" Version="5.0.1" />
    <PackageReference Include="Polly" Version="8.2.0" />
    <PackageReference Include="YamlDotNet" Version="13.7.1" />
  </ItemGroup>
</Project>
XML
echo 'System.Console.WriteLine(Newtonsoft.Json.JsonConvert.SerializeObject(new { Serilog.Log.Logger, A = typeof(Polly.Policy), B = typeof(YamlDotNet.Core.Parser) }));' > Program.cs
dotnet publish -c Release -o out --nologo -v q
cp out/app.deps.json out/app.runtimeconfig.json "$stage/published"
cp packages.lock.json "$stage/locked"
# The restored project names folders: whose they were does not matter.
sed "s|$stage/app|/src/app|; s|$HOME/|/home/us/|" obj/project.assets.json > "$stage/restored/obj/project.assets.json"
dotnet list package --include-transitive --format json | python3 -c 'import json, sys
for framework in json.load(sys.stdin)["projects"][0]["frameworks"]:
    for p in framework.get("topLevelPackages", []) + framework.get("transitivePackages", []): print(p["id"], p["resolvedVersion"], sep="\t")' > "$stage/list"
for name in published locked restored; do
  python3 "$here/../record.py" "$here" "$name" "$stage/$name" "$stage/list" "NuGet of the .NET SDK $(dotnet --version)" "dotnet publish -c Release" "dotnet list package --include-transitive --format json"
done
