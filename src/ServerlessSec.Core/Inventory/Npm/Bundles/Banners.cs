using System.Buffers;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Licence comments that a library puts over its own code. What a comment says about others is no evidence: the name must
/// be the first thing it says, with the version or a copyright behind it.
/// </summary>
internal static class Banners
{
    /// <summary>Characters of a comment that are looked at.</summary>
    public const int Longest = 2_048;

    private const int LongestDocument = 512;
    private const int LongestList = 1 << 20;

    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");
    private static readonly SearchValues<char> WordEnds = SearchValues.Create(" \t\r\n,*");
    private static readonly SearchValues<char> NameEnds = SearchValues.Create(" \t|,(");

    /// <summary>What a library calls itself, where that is not its name in the registry.</summary>
    private static readonly (string Title, string Name)[] Titles =
    [
        ("jQuery JavaScript Library", "jquery"), ("jQuery UI", "jquery-ui"), ("jQuery Migrate", "jquery-migrate"), ("jQuery Mobile", "jquery-mobile"),
        ("jQuery Validation Plugin", "jquery-validation"), ("jQuery Form Plugin", "jquery-form"), ("Bootstrap", "bootstrap"), ("AngularJS", "angular"),
        ("Vue.js", "vue"), ("Underscore.js", "underscore"), ("Backbone.js", "backbone"), ("Moment.js", "moment"), ("moment.js", "moment"),
        ("Knockout JavaScript library", "knockout"), ("Chart.js", "chart.js"), ("Select2", "select2"), ("Video.js", "video.js"), ("Quill Editor", "quill"),
        ("DataTables", "datatables.net"), ("Highcharts JS", "highcharts"), ("Dropzone", "dropzone"), ("DOMPurify", "dompurify"), ("Ember", "ember-source"),
        ("TinyMCE", "tinymce"), ("Axios", "axios"), ("Lodash", "lodash"), ("UAParser.js", "ua-parser-js"), ("JSZip", "jszip"), ("Less", "less"),
        ("Handlebars", "handlebars"), ("mustache.js", "mustache"), ("highlight.js", "highlight.js"), ("Highlight.js", "highlight.js"), ("Sizzle CSS Selector Engine", "sizzle"),
        ("Ractive.js", "ractive"), ("AlaSQL", "alasql"), ("Plupload", "plupload"), ("Flowplayer", "flowplayer"), ("froala_editor", "froala-editor"), ("PDF.js", "pdfjs-dist"),
    ];

    /// <summary>What Mathias Bynens calls his libraries in short links, where that is not their name in the registry.</summary>
    private static readonly (string Link, string Name)[] Links =
    [
        ("fromcodepoint ", "string.fromcodepoint"), ("codepointat ", "string.prototype.codepointat"), ("startswith ", "string.prototype.startswith"),
        ("endswith ", "string.prototype.endswith"), ("repeat ", "string.prototype.repeat"), ("at ", "string.prototype.at"), ("includes ", "string.prototype.includes"),
        ("utf8js ", "utf8"), ("base64 ", "base-64"), ("array-from ", "array.from"), ("array-of ", "array.of"), ("placeholder ", "jquery-placeholder"),
    ];

    /// <summary>The packages whose files bear React's comment, what begins with another before it.</summary>
    private static readonly string[] ReactPackages =
    [
        "react-server-dom-webpack", "react-server-dom-turbopack", "react-server-dom-parcel", "react-server-dom-esm", "react-dom", "react-is", "react-refresh", "react-art",
        "react-reconciler", "react-test-renderer", "react-debug-tools", "react-cache", "react-client", "react-server", "react", "scheduler", "use-sync-external-store",
        "use-subscription", "jest-react", "eslint-plugin-react-hooks",
    ];

    /// <summary>Names of which two libraries are called, told apart by who wrote them.</summary>
    private static readonly (string Title, string Author, string Name)[] Namesakes = [("URI.js", "garycourt", "uri-js"), ("URI.js", "medialize", "urijs")];

    /// <summary>Comments that begin from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public static void Find(ReadOnlySpan<char> text, int from, int to, BundleFinds finds)
    {
        FindLines(text, from, to, finds);
        for (var at = from; at < to;)
        {
            var next = text[at..].IndexOf("/*");
            if (next < 0 || (at += next) >= to) return;

            at += 2;
            var body = text[at..Math.Min(text.Length, at + Longest)];
            var isList = Content(body[..Math.Min(body.Length, 64)]).StartsWith(BannerList.Heading, StringComparison.Ordinal);
            if (isList) body = text[at..Math.Min(text.Length, at + LongestList)];
            if (body.IndexOf("*/") is var end and >= 0) body = body[..end];
            if (isList) BannerList.Read(body, finds);
            else if (body is ['!', ..] || IsKept(body[..Math.Min(body.Length, LongestDocument)])) Read(body, null, finds);
            else continue;
            at += body.Length;
        }
    }

    /// <summary>The licence comment that a module of <paramref name="owner"/> begins with; true where it is one.</summary>
    public static bool ReadFirst(ReadOnlySpan<char> content, string owner, Action<string> take)
    {
        content = content.TrimStart("\uFEFF \t\r\n");
        if (content.StartsWith("//", StringComparison.Ordinal)) return ReadFirstLine(content[2..], owner, take);
        if (!content.StartsWith("/*", StringComparison.Ordinal)) return false;
        var body = content[2..Math.Min(content.Length, Longest)];
        if (body.IndexOf("*/") is var end and >= 0) body = body[..end];
        var (name, version) = Identity(body, owner);
        // lodash.pick and its like carry the banner of the library that they were cut from, with their own version.
        if (version is null || name is null || (name != owner && !owner.StartsWith(name + ".", StringComparison.Ordinal))) return false;
        take(version);
        return true;
    }

    /// <summary>The modules of D3 have a comment of one line, which bundlers keep where they do not minify.</summary>
    private static void FindLines(ReadOnlySpan<char> text, int from, int to, BundleFinds finds)
    {
        const string Start = "// https://d3js.org/";
        for (var at = from; at < to; at += Start.Length)
        {
            var next = text[at..].IndexOf(Start);
            if (next < 0 || (at += next) >= to) return;
            var line = text[(at + Start.Length)..Math.Min(text.Length, at + LongestDocument)];
            var end = line.IndexOf(' ');
            if (end <= 0 || Versioned(line[end..]) is not { } version) continue;
            var name = line[..end] is "/" ? "d3" : line[..end].TrimEnd('/').ToString();
            if (name is "d3" || name.StartsWith("d3-", StringComparison.Ordinal)) finds.Add(name, version, new(Technique.Banner, 0.8, $"{Start}{name}/ v{version}"));
        }
    }

    /// <summary><c>// https://d3js.org/d3-zoom/ v3.0.1 Copyright …</c></summary>
    private static bool ReadFirstLine(ReadOnlySpan<char> content, string owner, Action<string> take)
    {
        var line = TakeLine(ref content).TrimStart();
        if (!line.StartsWith("http", StringComparison.Ordinal) || line.IndexOf(' ') is not (> 0 and var end)) return false;
        var link = line[..end].TrimEnd('/');
        if (!link.EndsWith(owner, StringComparison.Ordinal) || link[..^owner.Length] is not [.., '/'] || Versioned(line[end..]) is not { } version) return false;
        take(version);
        return true;
    }

    private static bool IsKept(ReadOnlySpan<char> body) =>
        body.Contains("@license", StringComparison.Ordinal) || body.Contains("@preserve", StringComparison.Ordinal)
            || (body.Contains("@version", StringComparison.Ordinal) && (body.Contains("@name", StringComparison.Ordinal) || body.Contains("@module", StringComparison.Ordinal)));

    private static void Read(ReadOnlySpan<char> body, string? owner, BundleFinds finds)
    {
        var (name, version) = Identity(body, owner);
        if (name is not null) finds.Add(name, version, new(Technique.Banner, version is null ? 0.6 : 0.8, Title(body)));
    }

    /// <summary>The library that a comment is over, with its version if it says one.</summary>
    public static (string? Name, string? Version) Identity(ReadOnlySpan<char> body, string? owner)
    {
        var tagged = Tagged(body, owner);
        if (tagged.Name is not null) return tagged;

        body = Content(body);
        var whole = body;
        var first = Content(TakeLine(ref body));
        var isLicence = TakeWord(ref first, "@license") || TakeWord(ref first, "@preserve");
        if (isLicence && first.IsEmpty) first = Content(TakeLine(ref body));
        first = first.TrimEnd(" *(");
        var second = Content(TakeLine(ref body));
        if (isLicence && first is "React") return (ReactFile(second), null);

        foreach (var (title, author, known) in Namesakes)
        {
            if (first.StartsWith(title, StringComparison.Ordinal) && whole.Contains(author, StringComparison.Ordinal))
                return Versioned(first[title.Length..]) is { } version ? (known, version) : default;
        }

        foreach (var (title, known) in Titles)
        {
            if (!first.StartsWith(title, StringComparison.Ordinal)) continue;
            var rest = first[title.Length..];
            if (Versioned(rest) is { } titled) return (known, titled);
            if (Content(rest).IsEmpty && Versioned(second) is { } below) return (known, below);
        }

        return Plain(first, second);
    }

    /// <summary><c>name v1.2.3 …</c>, <c>name@1.2.3</c>, <c>name. MIT License.</c>, or the name alone over a copyright.</summary>
    private static (string? Name, string? Version) Plain(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        if (first.StartsWith("http", StringComparison.Ordinal) && first.IndexOf("://mths.be/") is var own and > 0)
        {
            first = first[(own + "://mths.be/".Length)..];
            foreach (var (link, name) in Links)
            {
                if (first.StartsWith(link, StringComparison.Ordinal) && Versioned(first[link.Length..]) is { } linked) return (name, linked);
            }
        }

        var end = first.IndexOfAny(NameEnds);
        var word = end < 0 ? first : first[..end];
        var rest = end < 0 ? [] : first[end..];
        if (word.LastIndexOf('@') is var at and > 0)
        {
            var version = VersionText.At(word[(at + 1)..]);
            return version.Length > 0 && IsName(word[..at]) ? (word[..at].ToString(), version.ToString()) : default;
        }

        var isSentence = word is [.., '.'] && (rest.StartsWith(" MIT License", StringComparison.Ordinal) || rest.StartsWith(" BSD", StringComparison.Ordinal) || rest.StartsWith(" ISC", StringComparison.Ordinal) || rest.StartsWith(" Apache", StringComparison.Ordinal));
        if (isSentence) word = word[..^1];
        if (!IsName(word)) return default;
        if (isSentence) return (word.ToString(), null);
        if (Versioned(rest) is { } found) return (word.ToString(), found);
        return rest.IsEmpty && second.StartsWith("Copyright", StringComparison.OrdinalIgnoreCase) ? (word.ToString(), null) : default;
    }

    /// <summary><c>@version 1.2.3</c> beside <c>@name x</c> or <c>@module x</c>, or in a file whose package is known.</summary>
    private static (string? Name, string? Version) Tagged(ReadOnlySpan<char> body, string? owner)
    {
        var tag = body.IndexOf("@version");
        if (tag < 0) return default;
        var version = VersionText.At(body[(tag + "@version".Length)..].TrimStart(" \t:v"));
        if (version.IsEmpty) return default;
        foreach (var key in (ReadOnlySpan<string>)["@name ", "@module ", "@package "])
        {
            if (body.IndexOf(key) is var at and >= 0 && FirstWord(body[(at + key.Length)..]) is var name && IsName(name)) return (name.ToString(), version.ToString());
        }

        return (owner, version.ToString());
    }

    /// <summary>A version that follows at once, behind which no sentence goes on.</summary>
    private static string? Versioned(ReadOnlySpan<char> rest)
    {
        rest = rest.TrimStart(" \t-:,");
        _ = TakeWord(ref rest, "JavaScript Library") || TakeWord(ref rest, "version") || TakeWord(ref rest, "Version");
        if (rest is ['v' or 'V', _, ..]) rest = rest[1..].TrimStart('.');
        var version = VersionText.At(rest);
        if (version.IsEmpty) return null;
        var after = rest[version.Length..];
        if (after is [not (' ' or '\t' or ',' or '|' or '(' or '-' or ';' or '.' or '/' or '*'), ..]) return null;
        after = after.TrimStart();
        return after is [>= 'a' and <= 'z', ..] && FirstWord(after) is not ("by" or "https" or "http" or "released" or "copyright") && !after.StartsWith("http", StringComparison.Ordinal)
            ? null
            : version.ToString();
    }

    /// <summary><c>react-dom-server.node.production.min.js</c> and <c>use-sync-external-store-shim/with-selector.production.js</c>.</summary>
    private static string? ReactFile(ReadOnlySpan<char> line)
    {
        if (!line.EndsWith(".js", StringComparison.Ordinal)) return null;
        var file = line[..line.IndexOf('.')];
        foreach (var name in ReactPackages)
        {
            if (file.StartsWith(name, StringComparison.Ordinal) && (file.Length == name.Length || file[name.Length] is '-' or '/')) return name;
        }

        return null;
    }

    private static bool IsName(ReadOnlySpan<char> word) =>
        word.Length >= 2 && word is [>= 'a' and <= 'z' or '@', ..] && !word.ContainsAnyExcept(NameLetters) && !char.IsPunctuation(word[^1])
            && word is not ("the" or "this" or "module" or "license" or "copyright" or "version" or "export") && NpmPackage.IsName(word.ToString());

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-._@/");

    private static ReadOnlySpan<char> FirstWord(ReadOnlySpan<char> text) => text.IndexOfAny(WordEnds) is var end and >= 0 ? text[..end] : text;

    private static bool TakeWord(ref ReadOnlySpan<char> text, string word)
    {
        if (!text.StartsWith(word, StringComparison.Ordinal)) return false;
        text = text[word.Length..].TrimStart(" \t:");
        return true;
    }

    private static ReadOnlySpan<char> Content(ReadOnlySpan<char> text) => text.TrimStart("!* \t\r\n").TrimEnd();

    private static string Title(ReadOnlySpan<char> body)
    {
        body = Content(body);
        return TakeLine(ref body).Trim().ToString();
    }

    public static ReadOnlySpan<char> TakeLine(ref ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny(LineEnds);
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? [] : text[(end + 1)..];
        return line;
    }
}
