using System.Text.Json.Serialization;

namespace ServerlessSec.Snapshots;

/// <summary>Whether a property was given, and whether its value can be known.</summary>
[JsonConverter(typeof(EnumText<SettingState>))]
public enum SettingState
{
    Absent,
    Known,
    Unknown,
}

/// <summary>One property as collected: absent, known, or given but not knowable here.</summary>
public readonly record struct Setting<T>(SettingState State, T? Value, SourceLocation? Location)
{
    public bool IsAbsent => State == SettingState.Absent;
    public bool IsKnown => State == SettingState.Known;
    public bool IsUnknown => State == SettingState.Unknown;

    /// <summary>True only for a known value equal to <paramref name="expected"/>.</summary>
    public bool Is(T expected) => IsKnown && EqualityComparer<T>.Default.Equals(Value, expected);
}

/// <summary>Makes settings with the type inferred.</summary>
public static class Setting
{
    public static Setting<T> Absent<T>() => default;

    public static Setting<T> Known<T>(T value, SourceLocation? location = null) => new(SettingState.Known, value, location);

    public static Setting<T> Unknown<T>(SourceLocation? location = null) => new(SettingState.Unknown, default, location);
}
