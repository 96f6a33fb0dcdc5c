using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

public class StatementMatchTests
{
    [Fact]
    public void Agrees_with_the_reference_on_single_statements()
    {
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Requires.Corpus("iam/pmapper-statement-match.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var (expected, args) = (row.RootElement.GetProperty("expected").GetBoolean(), row.RootElement.GetProperty("args"));
            var match = row.RootElement.GetProperty("function").GetString() switch
            {
                "statement_matches_action" => StatementMatch.MatchAction(Statement(args[0].GetRawText()), ActionPattern.Parse(args[1].GetString()!)),
                "statement_matches_resource" => StatementMatch.MatchResource(Statement(args[0].GetRawText()), ArnPattern.Parse(args[1].GetString()!), Context(args, 2)),
                "get_condition_match" => Conditions.Evaluate(Statement($$"""{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{args[0].GetRawText()}}}""").Conditions,
                    Context(args, 1), true) == Truth.True ? Match.Yes : Match.No,
                _ => StatementMatch.ReadResource(args[1].GetString()!, Context(args, 2), true)!.Covers(ArnPattern.Parse(args[0].GetString()!)),
            };
            if (match != (expected ? Match.Yes : Match.No)) wrong.Add(line);
        }

        Assert.Empty(wrong);
    }

    private static PolicyStatement Statement(string json) =>
        PolicyParser.Parse(
            new PolicySnapshot { Kind = PolicyKind.Inline, Name = "p", Json = $$"""{"Version":"2012-10-17","Statement":{{json}}}""" },
            ScanLimits.Default).Statements[0];

    private static RequestContext Context(JsonElement args, int index) =>
        args.GetArrayLength() <= index || args[index].ValueKind != JsonValueKind.Object
            ? RequestContext.Open
            : new(args[index].EnumerateObject().Select(static pair => KeyValuePair.Create(pair.Name, ImmutableArray.Create(pair.Value.ToString()))));
}
