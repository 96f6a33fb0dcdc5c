using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Sources.Files;
using ServerlessSec.Templates;

namespace ServerlessSec.Sources.Targets;

/// <summary>The parameters that <c>sam deploy</c> would use, by the <c>samconfig.toml</c> beside a template.</summary>
/// <param name="Gap">Set where the file is there and could not be read.</param>
internal sealed record SamConfigFile(ImmutableSortedDictionary<string, string> Parameters, Gap? Gap)
{
    private const string Name = "samconfig.toml";

    private const int MostBytes = 1 << 20;

    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(
        StringComparer.Ordinal);

    public static SamConfigFile Beside(string template, ScanLimits limits)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(template))!, Name);
        if (!File.Exists(path)) return new(None, null);
        try
        {
            var text = TextOf(SmallFile.Read(path, Math.Min(limits.ManifestBytes, MostBytes)));
            return new(SamConfig.ParameterOverrides(Name, text), null);
        }
        catch (FormatException wrong)
        {
            return new(None, Unread(wrong is LimitReachedException ? GapKind.Limit : GapKind.Unread, wrong.Message));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return new(None, Unread(GapKind.Missing, $"'{Name}' may not be read"));
        }
    }

    private static string TextOf(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static Gap Unread(GapKind kind, string reason) => new(
        kind, new() { Evidence = Evidence.Configuration, Path = Name }, $"unreadable {Name}",
        $"Parameters have their defaults where --parameters gives none: {reason.TrimEnd('.')}.");
}
