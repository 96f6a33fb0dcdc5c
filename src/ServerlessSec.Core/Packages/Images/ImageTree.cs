namespace ServerlessSec.Packages.Images;

/// <summary>The places of an image that anything is known of, and the links between them, as its root would see them.</summary>
internal sealed class ImageTree(ScanLimits limits)
{
    private const int MostHops = 40;
    private const int LongestPath = 4_096;

    private readonly StepBudget steps = new(limits.Steps, "links of an image");
    private readonly int most = 2 * limits.Entries;
    private int nodes;

    private ImageNode Root { get; } = new();

    /// <summary>What is there, visible or not; null where nothing is known.</summary>
    public ImageNode? Find(string path, out int floor)
    {
        var node = Root;
        floor = Root.ClearedBelow;
        if (path.Length == 0) return node;
        foreach (var range in path.AsSpan().Split('/'))
        {
            if (node.Children is null || !node.Children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path.AsSpan()[range], out var child)) return null;
            floor = Math.Max(floor, Math.Max(child.Cleared, node.ClearedBelow));
            node = child;
        }

        return node;
    }

    /// <summary>A file or link that can be seen at <paramref name="path"/>.</summary>
    public ImageNode? Visible(string path) =>
        Find(path, out var floor) is { Content: not ImageContent.None } node && node.Layer >= floor ? node : null;

    /// <summary>The place, made where there is none; whatever stands in the way is a folder from then on.</summary>
    public ImageNode Make(string path)
    {
        var node = Root;
        foreach (var segment in path.Split('/'))
        {
            node.Content = ImageContent.None;
            node.Children ??= new(StringComparer.Ordinal);
            if (!node.Children.TryGetValue(segment, out var child))
            {
                if (++nodes > most) throw new LimitReachedException($"more than {most} places of an image to keep in mind");
                node.Children[segment] = child = new();
            }

            node = child;
        }

        return node;
    }

    /// <summary>The path with the links in it followed; null where they lead in a circle or out of the image.</summary>
    /// <param name="last">Whether the path's own end is followed too.</param>
    public string? Real(string path, bool last)
    {
        for (var hops = 0; hops <= MostHops; hops++)
        {
            if (FirstLink(path, last) is not { } link) return path;

            var from = link.Target.StartsWith('/') ? "" : EntryPath.Folder(path[..link.End]);
            if (Inside(from + link.Target) is not { } target) return null;
            var rest = path[link.End..].TrimStart('/');
            path = target.Length == 0 ? rest : rest.Length == 0 ? target : $"{target}/{rest}";
            if (path.Length > LongestPath) return null;
            steps.Spend(1 + path.Length / 64);
        }

        return null;
    }

    /// <summary>Every visible file and link, with its path.</summary>
    public IEnumerable<(string Path, ImageNode Node)> All()
    {
        var open = new Stack<(string Path, ImageNode Node, int Floor)>();
        open.Push(("", Root, 0));
        while (open.TryPop(out var at))
        {
            if (at.Node.Content != ImageContent.None && at.Node.Layer >= at.Floor) yield return (at.Path, at.Node);
            foreach (var (name, child) in at.Node.Children ?? [])
            {
                var floor = Math.Max(at.Floor, Math.Max(at.Node.ClearedBelow, child.Cleared));
                open.Push((at.Path.Length == 0 ? name : $"{at.Path}/{name}", child, floor));
            }
        }
    }

    private (int End, string Target)? FirstLink(string path, bool last)
    {
        var (node, floor) = (Root, Root.ClearedBelow);
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan()[range];
            if (node.Children is null || !node.Children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(segment, out var child)) return null;
            floor = Math.Max(floor, Math.Max(child.Cleared, node.ClearedBelow));
            node = child;
            var end = range.End.GetOffset(path.Length);
            if (node.Content == ImageContent.Link && node.Layer >= floor && (last || end < path.Length)) return (end, node.Target);
        }

        return null;
    }

    /// <summary>Without <c>.</c> and <c>..</c>; null where it climbs above the root.</summary>
    private static string? Inside(string path)
    {
        var segments = new List<string>();
        foreach (var segment in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == ".") continue;
            if (segment != "..") segments.Add(segment);
            else if (segments.Count == 0) return null;
            else segments.RemoveAt(segments.Count - 1);
        }

        return string.Join('/', segments);
    }
}
