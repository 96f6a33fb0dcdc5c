"""Keeps an artefact: its files as a zip, and the label that its own tool's listing gives.

record.py FOLDER NAME FILES LISTING TOOL MADE LISTED

FILES is a folder that is packed as it is. LISTING has a line for each component: name, version and, where a distribution
tells it, source and its version, parted by tabs. TOOL, MADE and LISTED are the words that the label repeats.
"""
import json
import os
import pathlib
import re
import sys
import urllib.parse
import zipfile

TYPES = {"rubygems": "gem", "composer": "composer", "crates": "cargo", "dpkg": "deb", "apk": "apk", "rpm": "rpm",
         "npm": "npm", "pypi": "pypi", "nuget": "nuget", "maven": "maven", "go": "golang"}


def purl(kind, name, version, vendor):
    quote = lambda text: urllib.parse.quote(text, safe="-._~:")
    # purl-spec: a scope, a vendor, a group or all of a module's path but its end are the namespace.
    space, _, base = name.replace(":", "/").rpartition("/") if kind in ("npm", "composer", "maven", "golang") else (vendor, "", name)
    if kind in ("composer", "deb", "apk"):
        space, base = space.lower(), base.lower()
    if kind == "pypi":
        base = re.sub("[-_.]+", "-", base).lower()
    parts = ["pkg:" + kind] + [quote(part) for part in space.split("/") if part] + [quote(base)]
    return "/".join(parts) + "@" + quote(version)


def vendor(files):
    for place in ("etc/os-release", "usr/lib/os-release"):
        path = files / place
        if path.is_file():
            for line in path.read_text().splitlines():
                if line.startswith("ID="):
                    # The vendor's name in package URLs is not that of its distribution.
                    return line[3:].strip('"').replace("rhel", "redhat")
    return ""


def main():
    folder, name, files, listing, tool, made, listed = sys.argv[1:]
    folder, files = pathlib.Path(folder), pathlib.Path(files)
    kind = TYPES[folder.name]
    components = []
    for line in sorted(set(pathlib.Path(listing).read_text().splitlines())):
        fields = line.split("\t")
        component = {"name": fields[0], "version": fields[1], "purl": purl(kind, fields[0], fields[1], vendor(files))}
        if len(fields) == 4:
            component["source"] = f"{fields[2]} {fields[3]}"
        components.append(component)
    label = {"tool": tool, "made": made, "listed": listed, "components": components}
    (folder / f"{name}.json").write_text(json.dumps(label, indent=1, ensure_ascii=False) + "\n", newline="\n")
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path in sorted(path for path in files.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(os.path.relpath(path, files), (2000, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if os.access(path, os.X_OK) else 0o644) << 16
            archive.writestr(entry, path.read_bytes())
    print(f"{folder.name}/{name}: {len(components)} components, {(folder / f'{name}.zip').stat().st_size} bytes")


main()
