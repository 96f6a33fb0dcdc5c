using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Python;

/// <summary>A distribution's licence: its expression, else its classifiers, else its own words where they are no whole text.</summary>
internal static class PythonLicence
{
    private const string Classifier = "License :: ";

    public static ImmutableArray<string> Of(MetadataHeaders headers)
    {
        if (headers.First("License-Expression") is { Length: <= 200 } expression) return [expression];

        var classified = headers
            .All("Classifier")
            .Where(value => value.StartsWith(Classifier, StringComparison.Ordinal))
            .Select(Named)
            .OfType<string>()
            .Distinct()
            .ToArray();
        if (classified.Length > 0) return [.. classified];
        return headers.First("License") is { Length: <= 100 } words && words != "UNKNOWN" && !words.Contains('\n', StringComparison.Ordinal)
            ? [words]
            : [];
    }

    /// <summary>Null for <c>License :: OSI Approved</c> alone, which says nothing.</summary>
    private static string? Named(string classifier) => classifier[(classifier.LastIndexOf(":: ", StringComparison.Ordinal) + 3)..] switch
    {
        "OSI Approved" => null,
        "MIT License" => "MIT",
        "Apache Software License" => "Apache-2.0",
        "ISC License (ISCL)" => "ISC",
        "Python Software Foundation License" => "PSF-2.0",
        "Mozilla Public License 2.0 (MPL 2.0)" => "MPL-2.0",
        "Mozilla Public License 1.1 (MPL 1.1)" => "MPL-1.1",
        "The Unlicense (Unlicense)" => "Unlicense",
        "Zope Public License" => "ZPL-2.1",
        "zlib/libpng License" => "Zlib",
        "GNU General Public License v2 (GPLv2)" => "GPL-2.0-only",
        "GNU General Public License v2 or later (GPLv2+)" => "GPL-2.0-or-later",
        "GNU General Public License v3 (GPLv3)" => "GPL-3.0-only",
        "GNU General Public License v3 or later (GPLv3+)" => "GPL-3.0-or-later",
        "GNU Lesser General Public License v2 (LGPLv2)" => "LGPL-2.0-only",
        "GNU Lesser General Public License v2 or later (LGPLv2+)" => "LGPL-2.0-or-later",
        "GNU Lesser General Public License v3 (LGPLv3)" => "LGPL-3.0-only",
        "GNU Lesser General Public License v3 or later (LGPLv3+)" => "LGPL-3.0-or-later",
        "GNU Affero General Public License v3" => "AGPL-3.0-only",
        "GNU Affero General Public License v3 or later (AGPLv3+)" => "AGPL-3.0-or-later",
        var words => words,
    };
}
