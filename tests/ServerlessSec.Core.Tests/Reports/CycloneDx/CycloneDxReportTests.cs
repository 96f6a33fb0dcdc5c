using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.CycloneDx;

public class CycloneDxReportTests
{
    private static readonly DateOnly Today = new(2026, 3, 1);

    private static readonly Component Express = new()
    {
        Purl = Purl.Npm("express", "4.16.0"),
        Ecosystem = "npm",
        Name = "express",
        Version = "4.16.0",
        Relation = Relation.Direct,
        Licences = ["MIT"],
        Hashes = [new("SHA-512", new string('a', 128))],
        DependsOn = ["pkg:npm/%40hapi/hoek@9.3.0"],
        Occurrences = [new("node_modules/express/package.json", null, OccurrenceKind.Installed, "npm-installed")],
    };

    private static readonly Component Hoek = new()
    {
        Purl = Purl.Npm("@hapi/hoek", "9.3.0"),
        Ecosystem = "npm",
        Name = "@hapi/hoek",
        Version = "9.3.0",
        Relation = Relation.Transitive,
        Licences = ["BSD-3-Clause OR MIT"],
        Occurrences = [new("/opt/nodejs/node_modules/@hapi/hoek/package.json", "shared", OccurrenceKind.Installed, "npm-installed")],
    };

    private static readonly Component Mocha = new()
    {
        Purl = Purl.Npm("mocha", "1.0.0"),
        Ecosystem = "npm",
        Name = "mocha",
        Version = "1.0.0",
        Development = true,
        Relation = Relation.Direct,
        Licences = ["MIT", "our own words"],
        Occurrences = [new("package-lock.json", null, OccurrenceKind.Locked, "npm-lock")],
    };

    private static readonly Gap Opaque = new(GapKind.Unread, new() { Evidence = Evidence.Inventory, Path = "handler.js", Layer = "tools" }, "bundled", "'handler.js' is a bundle.");

    [Fact]
    public void Is_valid_and_shows_component_place_layer_hash_licence_and_graph()
    {
        var bom = Bom(new PackageInventory { Components = [Hoek, Express, Mocha] });

        var hoek = Component(bom, "pkg:npm/%40hapi/hoek@9.3.0");
        Assert.Equal(("@hapi", "hoek", "9.3.0", "required"), (Text(hoek, "group"), Text(hoek, "name"), Text(hoek, "version"), Text(hoek, "scope")));
        Assert.Equal("BSD-3-Clause OR MIT", Text(hoek.GetProperty("licenses")[0], "expression"));
        var place = hoek.GetProperty("evidence").GetProperty("occurrences")[0];
        Assert.Equal("/opt/nodejs/node_modules/@hapi/hoek/package.json", Text(place, "location"));
        Assert.Contains("layer shared", Text(place, "additionalContext"), StringComparison.Ordinal);
        Assert.Equal(["shared"], Properties(hoek, "layer"));
        Assert.Equal("MIT", Text(Component(bom, "pkg:npm/express@4.16.0").GetProperty("licenses")[0].GetProperty("license"), "id"));
        Assert.Equal("excluded", Text(Component(bom, "pkg:npm/mocha@1.0.0"), "scope"));
        Assert.Equal("our own words", Text(Component(bom, "pkg:npm/mocha@1.0.0").GetProperty("licenses")[1].GetProperty("license"), "name"));
        Assert.Equal(["pkg:npm/express@4.16.0"], DependsOn(bom, "root"));
        Assert.Equal(["pkg:npm/%40hapi/hoek@9.3.0"], DependsOn(bom, "pkg:npm/express@4.16.0"));
        Assert.Equal("complete", Text(bom.GetProperty("compositions")[0], "aggregate"));
        Assert.False(bom.TryGetProperty("annotations", out _));
    }

    [Fact]
    public void Is_valid_and_tells_apart_what_is_installed_locked_recognised_supplied_and_claimed()
    {
        var bundle = $"/*! moment v2.30.1 | (c) JS Foundation | MIT */\n// node_modules/dayjs/dayjs.min.js\n{new string('x', 20_000)}";
        using var tree = Zips.Tree(new Zips()
            .Add("index.js", "require('aws-sdk');")
            .Add("dist/app.js", bundle)
            .Add("package-lock.json", """{"lockfileVersion":3,"packages":{"":{"dependencies":{"qs":"6.0.0"}},"node_modules/qs":{"version":"6.0.0","license":"ours"}}}""")
            .Add("lib/libpng16.so.16", Programs.Elf([0, .. "libpng version 1.6.39 - November 20, 2022\n\0"u8], ".rodata"))
            .Add("vendor/six-1.16.0.dist-info/METADATA", "Name: six\nVersion: 1.16.0\nLicense-Expression: MIT OR Apache-2.0\n")
            .Add("bom.json", """{"bomFormat":"CycloneDX","components":[{"type":"library","name":"core","purl":"pkg:npm/%40shop/core@1.0.0"}]}""")
            .ToArray());
        var bom = Bom(InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken, "nodejs16.x"));

        Assert.Equal(
            [
                "pkg:generic/libpng@1.6.39 recognised", "pkg:npm/%40shop/core@1.0.0 claimed", "pkg:npm/aws-sdk@2.1083.0 supplied", "pkg:npm/dayjs recognised",
                "pkg:npm/moment@2.30.1 recognised", "pkg:npm/qs@6.0.0 locked", "pkg:pypi/six@1.16.0 installed",
            ],
            bom.GetProperty("components").EnumerateArray().Select(component => $"{Text(component, "purl")} {Properties(component, "seen").Single()}"));
        Assert.Equal("incomplete", Text(bom.GetProperty("compositions")[0], "aggregate"));
        var claimed = Component(bom, "pkg:npm/%40shop/core@1.0.0").GetProperty("evidence").GetProperty("identity")[0];
        Assert.Equal((0.3, "attestation"), (claimed.GetProperty("confidence").GetDouble(), Text(claimed.GetProperty("methods")[0], "technique")));
    }

    [Fact]
    public void Tells_each_runtime_that_supplies_a_component_and_the_day_once()
    {
        static Component Sdk(string runtime, DateOnly? day) => new()
        {
            Purl = Purl.Npm("aws-sdk", null),
            Ecosystem = "npm",
            Name = "aws-sdk",
            Version = "",
            Occurrences =
            [
                .. new[] { "a.js", "b.js" }.Select(path => new Occurrence(path, null, OccurrenceKind.Supplied, "runtime-supplied")
                {
                    Recognition = new(Technique.Import, 1, "require('aws-sdk'"),
                    Supply = new(runtime, day, day is null ? null : "https://example.com/runtimes"),
                }),
            ],
        };
        var report = Report();
        var bom = Bom(report with
        {
            Findings = [],
            Functions = [report.Functions[0] with { Components = [Sdk("nodejs16.x", new(2022, 11, 14))] }, report.Functions[1] with { Components = [Sdk("nodejs14.x", null)] }],
        });

        var sdk = Component(bom, "pkg:npm/aws-sdk");
        Assert.Equal(["supplied"], Properties(sdk, "seen"));
        Assert.Equal(["runtime"], Properties(sdk, "supplier"));
        Assert.Equal(["nodejs14.x", "nodejs16.x"], Properties(sdk, "runtime"));
        Assert.Equal(["2022-11-14 https://example.com/runtimes"], Properties(sdk, "runtimeDocumented"));
        Assert.False(sdk.TryGetProperty("version", out _));
        Assert.Equal("complete", Text(bom.GetProperty("compositions")[0], "aggregate"));
    }

    [Fact]
    public void Says_incomplete_and_why_where_there_are_gaps()
    {
        var bom = Bom(new PackageInventory { Components = [Express], Gaps = [Opaque] });

        Assert.All(bom.GetProperty("compositions").EnumerateArray(), composition => Assert.Equal("incomplete", Text(composition, "aggregate")));
        var text = Text(Assert.Single(bom.GetProperty("annotations").EnumerateArray()), "text")!;
        foreach (var part in new[] { "'handler.js' is a bundle.", "bundled", "layer tools", "path handler.js" }) Assert.Contains(part, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, "complete", "full")]
    [InlineData(9, "incomplete", "partial")]
    [InlineData(5, "incomplete", "low")]
    public void Says_how_much_of_the_code_is_explained(int identified, string aggregate, string verdict)
    {
        Completeness completeness =
            new()
            {
                CodeFiles = 10,
                CodeBytes = 10,
                Identified = identified,
                FirstParty = 0,
                Unexplained = identified == 10 ? [] : [new("bundled", 10 - identified, 10 - identified, ["a.js"])]
            };
        var bom = Bom(new PackageInventory { Components = [Express], Completeness = completeness });
        Assert.Equal(aggregate, Text(bom.GetProperty("compositions")[0], "aggregate"));
        var properties = bom.GetProperty("metadata").GetProperty("component").GetProperty("properties");
        Assert.Equal((verdict, $"{identified * 10}%"), (Text(properties[0], "value"), Text(properties[1], "value")));

        var report = Report();
        bom = Bom(report with { Functions = [report.Functions[0] with { Completeness = completeness }, report.Functions[1]] });
        Assert.Equal(
            [$"root {aggregate}", $"function:Checkout {aggregate}", "function:Mail complete"],
            bom.GetProperty("compositions").EnumerateArray().Where(composition => composition.TryGetProperty("assemblies", out _))
                .Select(composition => $"{composition.GetProperty("assemblies")[0].GetString()} {Text(composition, "aggregate")}"));
        Assert.Contains(bom.GetProperty("components")[0].GetProperty("properties").EnumerateArray(),
            property => (Text(property, "name"), Text(property, "value")) == ("serverlesssec:completeness", verdict));
    }

    [Theory]
    [InlineData(OccurrenceKind.Installed, "complete")]
    [InlineData(OccurrenceKind.Recognised, "complete")]
    [InlineData(OccurrenceKind.Supplied, "complete")]
    [InlineData(OccurrenceKind.Locked, "unknown")]
    [InlineData(OccurrenceKind.Claimed, "unknown")]
    public void Does_not_call_complete_what_only_a_lock_file_or_a_claim_says(OccurrenceKind kind, string aggregate)
    {
        var bom = Bom(new PackageInventory { Components = [Express with { Occurrences = [Express.Occurrences[0] with { Kind = kind }] }] });

        Assert.Equal(aggregate, Text(bom.GetProperty("compositions")[0], "aggregate"));
    }

    [Fact]
    public void Old_advisories_do_not_make_the_components_incomplete()
    {
        var bom = Bom(Report() with { Gaps = [new(GapKind.Advisories, new() { Evidence = Evidence.Matches }, "builtin", "Only the built-in advisories were used.")] });

        Assert.Equal("complete", Text(bom.GetProperty("compositions")[0], "aggregate"));
        Assert.Single(bom.GetProperty("annotations").EnumerateArray());
    }

    [Fact]
    public void Shows_functions_their_components_their_gaps_and_the_vulnerabilities_found()
    {
        var bom = Bom(Report());

        Assert.Equal(["function:Checkout", "function:Mail"], DependsOn(bom, "root"));
        Assert.Equal(2, Component(bom, "pkg:npm/express@4.16.0").GetProperty("evidence").GetProperty("occurrences").GetArrayLength());
        Assert.Equal(["complete", "complete", "complete", "complete"], bom.GetProperty("compositions").EnumerateArray().Select(composition => Text(composition, "aggregate")!));

        var vulnerability = Assert.Single(bom.GetProperty("vulnerabilities").EnumerateArray());
        Assert.Equal("CVE-2024-1", Text(vulnerability, "id"));
        Assert.Equal("CVSSv31", Text(vulnerability.GetProperty("ratings")[0], "method"));
        Assert.Equal("pkg:npm/express@4.16.0", Text(vulnerability.GetProperty("affects")[0], "ref"));
        Assert.Equal("Upgrade to 4.17.3.", Text(vulnerability, "recommendation"));
        Assert.Equal("GHSA-1", Text(vulnerability.GetProperty("references")[0], "id"));
        Assert.False(vulnerability.TryGetProperty("analysis", out _));
    }

    [Fact]
    public void Shows_clean_version_exploitation_dispute_and_path_of_a_vulnerability()
    {
        var report = Report();
        var finding = report.Findings[0].Finding;
        finding = finding with
        {
            Path = new(["pkg:npm/app@1.0.0", "pkg:npm/express@4.16.0"]),
            Advisory = finding.Advisory! with { Clean = "4.20.0", Epss = 0.125, Disputed = true, KnownExploited = true },
        };
        var bom = Bom(report with { Findings = [new(finding, FindingState.New, null)] });

        var properties = bom.GetProperty("vulnerabilities")[0].GetProperty("properties").EnumerateArray().ToDictionary(p => Text(p, "name")!, p => Text(p, "value"));
        Assert.Equal("pkg:npm/express@4.16.0 4.20.0", properties["serverlesssec:cleanVersion"]);
        Assert.Equal("0.125", properties["serverlesssec:epss"]);
        Assert.Equal("pkg:npm/app@1.0.0 > pkg:npm/express@4.16.0", properties["serverlesssec:path"]);
        Assert.Equal(("true", "true"), (properties["serverlesssec:disputed"], properties["serverlesssec:knownExploited"]));
    }

    [Fact]
    public void Shows_who_waived_a_vulnerability_until_when_and_why()
    {
        var report = Report();
        var waiver = new Waiver { Rule = "SLS6001", Reason = "not reachable", Owner = "shop team", Expires = new(2026, 6, 1) };
        var bom = Bom(report with { Findings = [report.Findings[0] with { State = FindingState.Waived, Waiver = waiver }] });

        Assert.Equal("Waived by shop team until 2026-06-01: not reachable", Text(bom.GetProperty("vulnerabilities")[0].GetProperty("analysis"), "detail"));
    }

    [Fact]
    public void Marks_only_the_function_with_a_gap()
    {
        var report = Report();
        var bom = Bom(report with { Functions = [report.Functions[0] with { Gaps = [Opaque] }, report.Functions[1]] });

        Assert.Equal(
            ["root incomplete", "function:Checkout incomplete", "function:Mail complete"],
            bom.GetProperty("compositions").EnumerateArray().Where(composition => composition.TryGetProperty("assemblies", out _))
                .Select(composition => $"{composition.GetProperty("assemblies")[0].GetString()} {Text(composition, "aggregate")}"));
    }

    [Fact]
    public void Equal_content_has_equal_bytes_and_a_serial_number_of_its_own()
    {
        PackageInventory inventory = new() { Components = [Hoek, Express] };

        Assert.Equal(Bytes(inventory), Bytes(inventory));
        Assert.NotEqual(Text(Bom(inventory), "serialNumber"), Text(Bom(inventory with { Components = [Express] }), "serialNumber"));
    }

    [Fact]
    public void The_schema_refuses_what_is_no_bill_of_materials() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            CycloneDxSchema.Verify("""{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"nonsense","name":"x"}]}"""u8.ToArray()));

    [Fact]
    public void Looks_as_reviewed() =>
        Golden.Verify("Golden/package.cdx.json", System.Text.Encoding.UTF8.GetString(Bytes(new() { Components = [Hoek, Express, Mocha], Gaps = [Opaque] })));

    [Theory]
    [InlineData("MIT OR Apache-2.0", true)]
    [InlineData("(MIT AND (BSD-3-Clause OR GPL-2.0-only WITH Classpath-exception-2.0))", true)]
    [InlineData("LicenseRef-Ours AND MIT", true)]
    [InlineData("MIT OR", false)]
    [InlineData("(MIT OR ISC", false)]
    [InlineData("MIT ISC", false)]
    [InlineData("SEE LICENSE IN LICENSE.txt", false)]
    [InlineData("", false)]
    public void Tells_licence_expressions_from_words(string text, bool isExpression) => Assert.Equal(isExpression, LicenceChoice.IsExpression(text));

    [Theory]
    [InlineData("npm-express-old")]
    [InlineData("py-pyenv-modern")]
    [InlineData("dotnet-orders")]
    public void Is_valid_for_real_packages(string name)
    {
        var file = Path.Combine(Requires.Corpus("packages"), $"{name}.zip");
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(file), ScanLimits.Default), ScanLimits.Default);

        Bom(InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken));
    }

    private static ScanReport Report()
    {
        var rule = new RuleDescriptor { Id = "SLS6001", Title = "t", Severity = Severity.High, Needs = Evidence.Matches, Rationale = "r", Remediation = "m" };
        var match = new AdvisoryMatch
        {
            Purl = "pkg:npm/express@4.16.0",
            Id = "CVE-2024-1",
            Aliases = ["GHSA-1"],
            Score = 7.5,
            Vector = "CVSS:3.1/AV:N",
            Fixed = "4.17.3",
            Cwes = [601],
            Summary = "s",
            References = ["https://example.com/a"]
        };
        var finding = new Finding(rule, Subject.Of("Checkout"), "pkg:npm/express CVE-2024-1", "m", null) { Component = Express, Advisory = match };
        return new()
        {
            Target = "shop",
            Today = Today,
            Functions = [new() { Name = "Checkout", Runtime = "nodejs22.x", Components = [Hoek, Express] }, new() { Name = "Mail", Components = [Express] }],
            Findings = [new(finding, FindingState.New, null)],
        };
    }

    private static JsonElement Bom(PackageInventory inventory) => Valid(Bytes(inventory));

    private static JsonElement Bom(ScanReport report)
    {
        var output = new MemoryStream();
        CycloneDxReport.Write(report, output);
        return Valid(output.ToArray());
    }

    private static byte[] Bytes(PackageInventory inventory)
    {
        var output = new MemoryStream();
        CycloneDxReport.Write("shop.zip", Today, inventory, output);
        return output.ToArray();
    }

    private static JsonElement Valid(byte[] json)
    {
        CycloneDxSchema.Verify(json);
        return JsonDocument.Parse(json).RootElement;
    }

    private static JsonElement Component(JsonElement bom, string purl) =>
        bom.GetProperty("components").EnumerateArray().Single(component => component.TryGetProperty("purl", out var found) && found.GetString() == purl);

    private static string[] DependsOn(JsonElement bom, string from) =>
        [.. bom.GetProperty("dependencies").EnumerateArray().Single(dependency => Text(dependency, "ref") == from).GetProperty("dependsOn").EnumerateArray()
            .Select(to => to.GetString()!)];

    private static string[] Properties(JsonElement component, string name) =>
        [.. component.GetProperty("properties").EnumerateArray().Where(property => Text(property, "name") == $"serverlesssec:{name}").Select(property => Text(property, "value")!)];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
