using ServerlessSec.Shared;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>Where inputs and finds lie.</summary>
internal static class Kept
{
    /// <summary>Inputs that are part of the checkout, by target; former finds among them.</summary>
    public static string Corpus(Target target) => Path.Combine(Repository.Path("tests/ServerlessSec.Fuzz/Corpus"), target.Name);

    /// <summary>What earlier runs on this machine found worth keeping.</summary>
    public static string Grown(Target target) => Path.Combine(Root, "corpus", target.Name);

    public static string Finds(Target target) => Path.Combine(Root, "finds", target.Name);

    private static string Root => Repository.Path("artifacts/fuzz");

    /// <summary>Every kept input of a target, the same in the same order each time.</summary>
    public static IEnumerable<byte[]> Inputs(Target target) => target.Seeds().Concat(Files(Corpus(target)));

    public static IEnumerable<byte[]> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
}
