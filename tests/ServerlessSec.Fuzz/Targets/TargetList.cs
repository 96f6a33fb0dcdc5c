using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Fuzz.Engine;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Every parser that meets what others wrote.</summary>
internal static class TargetList
{
    public static ImmutableArray<Target> All { get; } =
    [
        .. PackageTargets.All,
        .. ImageTargets.All,
        .. ManifestTargets.All,
        .. BinaryTargets.All,
        .. VersionTargets.All,
        .. CodeTargets.All,
        .. AdvisoryTargets.All,
        .. DocumentTargets.All,
        .. JudgedTargets.All,
    ];

    public static Target Find(string name) =>
        All.FirstOrDefault(target => target.Name == name)
            ?? throw new ArgumentException($"no target '{name}'; there are {string.Join(", ", All.Select(static target => target.Name))}");

    public static byte[][] Words(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Runs what may refuse its input as every parser does.</summary>
    public static Action<byte[]> Refusing(Action<byte[]> run) => input =>
    {
        try
        {
            run(input);
        }
        catch (FormatException)
        {
        }
    };

    public static string Text(byte[] input) => Encoding.UTF8.GetString(input);
}
