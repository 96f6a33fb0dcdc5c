using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts.Graph;

/// <summary>
/// Builds the invocation graph. Grants and events under way are nodes of their own, so that five hundred roles which may
/// put events on one bus with five hundred rules cost a thousand edges and not a quarter of a million.
/// </summary>
internal sealed class GraphBuilder(ApplicationFacts application, StepBudget budget)
{
    private readonly List<GraphNode> nodes = [];
    private readonly ResourceNames names = new(application);
    private readonly List<int> entries = [];
    private readonly Dictionary<string, int> called = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Key, Emission Emission), int> underWay = [];
    private readonly Dictionary<(WriteGrant Grant, string Role), int> grants = [];
    private readonly Dictionary<string, ImmutableArray<string>> expansions = new(StringComparer.Ordinal);
    private readonly Queue<(int Node, string Key, Emission Emission)> open = new();
    private readonly Dictionary<string, List<Hop>> hops = new(StringComparer.Ordinal);

    public InvocationGraph Build()
    {
        var functions = HopReader.Functions(application);
        var acting = new int[functions.Length];
        for (var i = 0; i < functions.Length; i++)
        {
            // Versions that are served act for their function.
            var isServed = functions[i].Of != i;
            acting[i] = isServed ? acting[functions[i].Of] : Add(functions[i].Facts.Name, functions[i].Facts.Name, "lambda");
            // A function called asynchronously is a node before the function: only such a call has destinations.
            entries.Add(Add(functions[i].Facts, acting[i]));
            called.TryAdd(names.KeyOf(functions[i].Facts.Posture!.Arn), entries[i]);
        }

        foreach (var hop in HopReader.Read(application, names))
            (hops.TryGetValue(hop.From, out var list) ? list : hops[hop.From] = []).Add(hop);
        var sources = hops.Keys
            .Concat(called.Keys)
            .Distinct(StringComparer.Ordinal)
            .GroupBy(k => names.Arn(k).Service)
            .ToDictionary(g => g.Key, g => g.ToArray());
        for (var i = 0; i < functions.Length; i++)
        {
            AddDestinations(functions[i].Facts.Posture!, entries[i]);
            AddWrites(functions[i].Facts.Posture!, acting[i], sources);
            AddOwnLog(functions[i].Facts.Posture!, acting[i]);
        }

        while (open.TryDequeue(out var next)) Follow(next.Node, next.Key, next.Emission, acting);
        return new([.. nodes], budget);
    }

    private int Add(string? label, string? function, string? service)
    {
        nodes.Add(new(label, function, service));
        return nodes.Count - 1;
    }

    private int Add(FunctionFacts f, int acting)
    {
        var entry = Add(f.Name, f.Name, "lambda");
        nodes[entry].Edges.Add(new(acting, LoopStrength.Certain, null));
        return entry;
    }

    private void AddDestinations(PostureFacts posture, int entry)
    {
        var configuration = posture.Configuration;
        Send(entry, configuration.OnSuccess, LoopStrength.Certain, "Success");
        Send(entry, configuration.OnFailure, LoopStrength.OnFailure, "Failure");
        Send(entry, configuration.DeadLetterTarget, LoopStrength.OnFailure, "Failure");
    }

    private void Send(int from, Setting<string> target, LoopStrength strength, string ending)
    {
        if (target is not { IsKnown: true, Value: { } arn }) return;
        var to = Arrive(names.KeyOf(arn), new(EmissionKind.Outcome) { Names = ending });
        nodes[from].Edges.Add(new(to, strength, target.Location));
    }

    private void AddOwnLog(PostureFacts posture, int acting)
    {
        var name = posture.Logs.Name is { IsKnown: true, Value: { } given }
            ? given
            : $"/aws/lambda/{ArnText.Read(posture.Arn)?.Name.Replace("function:", "", StringComparison.Ordinal)}";
        var key = ResourceNames.Canonical($"logs:log-group:{name}");
        if (!posture.Logs.Name.IsUnknown && hops.ContainsKey(key))
            nodes[acting].Edges.Add(new(Arrive(key, new(EmissionKind.Message)), LoopStrength.Certain, null));
    }

    private void AddWrites(PostureFacts posture, int acting, Dictionary<string, string[]> sources)
    {
        if (posture.Role is not { } role) return;
        var writes = new RoleWrites(role, expansions, budget);
        foreach (var grant in writes.Grants())
        {
            var key = (grant, writes.IsNarrowed ? role.Id : "");
            if (!grants.TryGetValue(key, out var node))
            {
                grants[key] = node = Add(null, null, null);
                foreach (var source in Candidates(grant, sources)) AddWrite(node, grant, source, writes);
            }

            nodes[acting].Edges.Add(new(node, LoopStrength.Certain, null));
        }
    }

    private string[] Candidates(WriteGrant grant, Dictionary<string, string[]> sources)
    {
        var service = grant.Action[..grant.Action.IndexOf(':', StringComparison.Ordinal)];
        if (!sources.TryGetValue(service, out var all)) return [];
        if (ArnText.Read(grant.Resource) is { } arn && !arn.Name.AsSpan().ContainsAny('*', '?'))
        {
            var exact = names.KeyOf(grant.Resource);
            return hops.ContainsKey(exact) || called.ContainsKey(exact) ? [exact] : [];
        }

        return all;
    }

    private void AddWrite(int node, WriteGrant grant, string key, RoleWrites writes)
    {
        budget.Spend(1 + grant.Resource.Length);
        var target = names.Arn(key);
        var emission = Emission.ByAction[grant.Action] with { Sources = grant.Sources, DetailTypes = grant.DetailTypes };
        var says = ArnText.Read(grant.Resource) is { } pattern
            && WildText.Glob(pattern.Name[(pattern.Name.IndexOfAny(['/', ':']) + 1)..]).SaysSomething;
        var name = WildText.Literal(target.Name);
        if (emission.Kind == EmissionKind.Objects)
        {
            if (ResourceMatch.KeysIn(grant.Resource, target) is not { } keys) return;
            name = WildText.Glob($"{target.Name}/{keys}");
            emission = emission with
            {
                Bucket = target.Name,
                Keys = keys,
                Except = string.Join('\n', writes.DeniedKeys(grant.Action, target)),
            };
        }
        else if (!ResourceMatch.Touches(grant.Resource, target, name)) return;

        if (!called.ContainsKey(key) && !hops[key].Exists(h => h.Hears(emission))) return;
        if (writes.Takes(grant.Action, target, name)) return;
        var strength = says ? LoopStrength.Certain : LoopStrength.Conceivable;
        // A right to call every function is no sign of a call.
        if (called.TryGetValue(key, out var function))
        {
            if (says) nodes[node].Edges.Add(new(function, strength, null));
        }
        else nodes[node].Edges.Add(new(Arrive(key, emission), strength, null));
    }

    private int Arrive(string key, Emission emission)
    {
        if (called.TryGetValue(key, out var function)) return function;
        if (underWay.TryGetValue((key, emission), out var node)) return node;
        underWay[(key, emission)] = node = Add(names.LabelOf(key), null, names.Arn(key).Service);
        open.Enqueue((node, key, emission));
        return node;
    }

    private void Follow(int node, string key, Emission emission, int[] acting)
    {
        if (!hops.TryGetValue(key, out var list)) return;
        foreach (var hop in list)
        {
            budget.Spend();
            if (hop.Passes(emission, names.Arn(key).Service, budget) is not { } strength) continue;
            var to = hop.Function is not { } index ? Arrive(hop.To!, hop.After(emission))
                : hop.IsAsynchronous ? entries[index]
                : acting[index];
            nodes[node].Edges.Add(new(to, strength, hop.Location));
            if (hop.OnFailure is { } target)
            {
                nodes[node].Edges.Add(new(
                    Arrive(target, new(EmissionKind.Outcome) { Names = "Failure" }),
                    LoopStrength.OnFailure,
                    hop.Location));
            }
        }
    }
}
