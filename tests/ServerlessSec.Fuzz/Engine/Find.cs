using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>An input that broke its target.</summary>
/// <param name="Kind">Equal for equal causes: the exception and where it was thrown, or which bound was passed.</param>
internal sealed record Find(string Kind, string Story, byte[] Input)
{
    public static Find Of(Exception thrown, byte[] input)
    {
        var place = new StackTrace(thrown).GetFrames().Select(static frame => frame.GetMethod())
            .FirstOrDefault(static method => method?.DeclaringType?.Namespace?.StartsWith("ServerlessSec", StringComparison.Ordinal) == true);
        return new($"{thrown.GetType().Name} {place?.DeclaringType?.Name}.{place?.Name}", thrown.ToString(), input);
    }

    /// <summary>One file for the input and one for the story; a smaller input of the same kind replaces a larger one.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Kind)))[..12];
        var file = Path.Combine(folder, name + ".input");
        if (File.Exists(file) && new FileInfo(file).Length <= Input.Length) return;
        File.WriteAllBytes(file, Input);
        File.WriteAllText(Path.Combine(folder, name + ".txt"), $"{Kind}\n{Story}\n");
    }
}
