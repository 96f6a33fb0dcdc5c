using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Targets;

/// <summary>A package without a template: one function of which only the package is known.</summary>
internal static class PackageTarget
{
    public static Target Open(string path, TargetOptions options)
    {
        var function = Function(NameOf(path), path, options);
        return new()
        {
            Path = path,
            Folder = Directory.Exists(path) ? Path.GetFullPath(path) : Path.GetDirectoryName(Path.GetFullPath(path))!,
            Root = Directory.GetCurrentDirectory(),
            Application = new() { Name = Target.Shown(path), Functions = [function] },
        };
    }

    /// <summary>A function of which only the code is known.</summary>
    public static FunctionSnapshot Function(string name, string code, TargetOptions options) => new()
    {
        Id = name,
        Arn = $"arn:{Text.Hole("AWS::Partition")}:lambda:{Text.Hole("AWS::Region")}:{Text.Hole("AWS::AccountId")}:function:{name}",
        Asked = Evidence.Package,
        Configuration = new()
        {
            Runtime = options.Runtime is { } runtime ? Setting.Known(runtime) : Setting.Absent<string>(),
            Handler = options.Handler is { } handler ? Setting.Known(handler) : Setting.Absent<string>(),
        },
        Package = new() { Code = Setting.Known(code), Layers = [.. options.Layers.Select(Layer)] },
    };

    private static LayerReference Layer(string path)
    {
        if (!Path.Exists(path)) throw new TargetException($"layer '{path}' does not exist");
        var name = NameOf(path);
        return new(
            $"arn:{Text.Hole("AWS::Partition")}:lambda:{Text.Hole("AWS::Region")}:{Text.Hole("AWS::AccountId")}:layer:{name}",
            name,
            path,
            null);
    }

    private static string NameOf(string path)
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        if (TargetShape.HasPackageName(name) && !Directory.Exists(path)) name = Path.GetFileNameWithoutExtension(name);
        return name.Length > 0 ? name : "package";
    }
}
