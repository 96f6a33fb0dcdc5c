using System.Globalization;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Says on standard error what is about to be fetched, and shows a bar where somebody watches.</summary>
internal sealed class DownloadProgress(Surroundings here) : IDownloadListener
{
    private const int Bar = 24;

    private readonly Lock door = new();

    private string shown = "";

    public void Announce(IReadOnlyList<AnnouncedDownload> downloads)
    {
        lock (door)
        {
            foreach (var download in downloads)
                here.Error.WriteLine(
                    $"serverlesssec: fetching the advisories of {download.Ecosystem} from "
                        + $"{download.Address.Host}, {(download.Bytes is { } bytes ? Size(bytes) : "size unknown")}");
        }
    }

    public void Received(string ecosystem, long bytes, long? total)
    {
        if (!here.ErrorIsTerminal) return;
        lock (door) Show(Line(ecosystem, bytes, total));
    }

    /// <summary>Takes the bar away.</summary>
    public void Finish()
    {
        lock (door) Show("");
    }

    private static string Line(string ecosystem, long bytes, long? total)
    {
        if (total is not > 0) return $"{ecosystem}: {Size(bytes)}";
        var share = Math.Clamp((double)bytes / total.Value, 0, 1);
        var full = (int)(share * Bar);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{ecosystem} [{new string('#', full)}{new string('.', Bar - full)}] {share * 100:0}% of {Size(total.Value)}");
    }

    private void Show(string line)
    {
        if (line == shown) return;
        here.Error.Write($"\r{line.PadRight(shown.Length)}{(line.Length == 0 ? "\r" : "")}");
        shown = line;
    }

    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => Count.Of((int)bytes, "byte"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000.0:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000.0:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000.0:0.0} GB"),
    };
}
