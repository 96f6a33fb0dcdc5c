using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Resources;

/// <summary>Which log group a function writes to, and how long that keeps its lines.</summary>
internal sealed class LogGroups
{
    private readonly Dictionary<string, TemplateResource> byName = new(StringComparer.Ordinal);

    public LogGroups(Template template)
    {
        foreach (var group in template.OfType("AWS::Logs::LogGroup")) byName.TryAdd(template.Names.Of(group).Name, group);
    }

    public void Read(FunctionDraft function)
    {
        var given = function.Properties["LoggingConfig"]["LogGroup"];
        if (given.IsUnknown)
        {
            function.Unresolved(given, Evidence.Logs);
            function.Logs = new() { Name = given.Name(), RetentionDays = Setting.Unknown<int>(given.Location), Location = given.Location };
            return;
        }

        var name = given.Text ?? "/aws/lambda/" + function.Names.Name;
        var isParameter = !Text.IsExact(name) && !given.IsAbsent;
        if (byName.GetValueOrDefault(name) is not { } group)
        {
            // A group that only a parameter names may keep its lines for any time.
            var retention = isParameter ? Setting.Unknown<int>(given.Location) : Setting.Absent<int>();
            function.Logs = new() { Name = given.Name(), RetentionDays = retention, Location = given.IsAbsent ? null : given.Location };
            return;
        }

        var days = group.Properties["RetentionInDays"];
        if (days.Number().IsUnknown) function.Unresolved(days, Evidence.Logs);
        function.Logs = new()
        {
            Name = given.IsAbsent ? Setting.Known(name, group.Location) : given.Name(),
            RetentionDays = days.Number(),
            IsDeclared = true,
            Location = group.Location,
        };
    }
}
