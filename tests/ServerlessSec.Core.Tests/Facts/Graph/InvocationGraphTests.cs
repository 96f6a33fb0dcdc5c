using System.Collections.Immutable;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;
using static ServerlessSec.Rules.Given;

namespace ServerlessSec.Facts.Graph;

public class InvocationGraphTests
{
    private const string Created = "s3:ObjectCreated:*";

    [Theory]
    [InlineData("", "", Created, "s3:PutObject", "*", LoopStrength.Certain)]
    [InlineData("images/", ".png", Created, "s3:PutObject", "images/small/*", LoopStrength.Possible)]
    [InlineData("images/", "", Created, "s3:PutObject", "images/small/*", LoopStrength.Certain)]
    [InlineData("in/", "", Created, "s3:PutObject", "out/*", null)]
    [InlineData("in/", "", Created, "s3:PutObject", "*", LoopStrength.Possible)]
    [InlineData("in/", "", Created, "s3:PutObject", "in", null)]
    [InlineData("", ".jpg", Created, "s3:PutObject", "thumbs/*.png", null)]
    [InlineData("", ".jpg", Created, "s3:PutObject", "thumbs/*.jpg", LoopStrength.Certain)]
    [InlineData("", ".jpg", Created, "s3:PutObject", "thumbs/*", LoopStrength.Possible)]
    [InlineData("a*b/", "", Created, "s3:PutObject", "axb/*", null)]
    [InlineData("", "", "s3:ObjectRemoved:*", "s3:PutObject", "*", null)]
    [InlineData("", "", "s3:ObjectRemoved:*", "s3:DeleteObject", "*", LoopStrength.Certain)]
    [InlineData("", "", "s3:ObjectRemoved:DeleteMarkerCreated", "s3:DeleteObjectVersion", "*", null)]
    [InlineData("", "", Created, "s3:DeleteObject", "*", null)]
    [InlineData("", "", Created, "s3:GetObject s3:ListBucket", "*", null)]
    [InlineData("", "", "s3:ObjectCreated:Copy", "S3:PUT*", "*", LoopStrength.Certain)]
    [InlineData("", "", "s3:ObjectTagging:*", "s3:PutObjectTagging", "*", LoopStrength.Certain)]
    [InlineData("", "", "s3:ObjectRestore:Completed", "s3:PutObject", "*", null)]
    public void Decides_bucket_loops_by_event_prefix_suffix_and_grant(string prefix, string suffix, string events, string action, string keys, LoopStrength? expected)
    {
        var trigger = Watch("raw") with { Events = [events], Prefix = Setting.Known(prefix), Suffix = Setting.Known(suffix) };
        Expect(expected, Caller("Mark", trigger, Allow(action, $"arn:aws:s3:::raw/{keys}")));
    }

    [Fact]
    public void An_unknown_filter_proves_nothing()
    {
        var write = Allow("s3:PutObject", "arn:aws:s3:::raw/*");
        Expect(null, Caller("Mark", Watch("raw") with { Prefix = Setting.Unknown<string>() }, write));
        Expect(null, Caller("Mark", Watch("raw") with { Suffix = Setting.Unknown<string>() }, write));
        Expect(null, Caller("Mark", Watch("raw") with { PatternsUnknown = true }, write));
        Expect(null, Caller("Mark", Watch("raw") with { Enabled = false }, write));
        Expect(null, Caller("Mark", Watch("raw") with { Source = null }, write));
    }

    [Theory]
    [InlineData("arn:aws:s3:::⟨Raw⟩/*", "⟨Raw⟩", LoopStrength.Certain)]
    [InlineData("arn:⟨AWS::Partition⟩:s3:::⟨Raw⟩/*", "⟨Raw⟩", LoopStrength.Certain)]
    [InlineData("arn:aws:s3:::⟨Cooked⟩/*", "⟨Raw⟩", null)]
    [InlineData("arn:aws:s3:::app-*/*", "⟨Raw⟩", null)]
    [InlineData("arn:aws:s3:::⟨Name⟩/*", "raw", null)]
    [InlineData("arn:aws:s3:::⟨Name⟩-raw/*", "⟨Name⟩-raw", LoopStrength.Certain)]
    [InlineData("arn:aws:s3:::⟨Name⟩-*/*", "⟨Name⟩-raw", LoopStrength.Certain)]
    [InlineData("arn:aws:s3:::raw", "raw", null)]
    [InlineData("arn:aws:s3:::raw*", "raw", LoopStrength.Certain)]
    [InlineData("arn:aws:s3:::*", "raw", LoopStrength.Conceivable)]
    [InlineData("*", "raw", LoopStrength.Conceivable)]
    [InlineData("⟨SomeArn⟩/*", "raw", null)]
    public void Compares_names_that_are_only_known_at_deployment(string resource, string bucket, LoopStrength? expected) =>
        Expect(expected, Caller("Mark", Watch(bucket), Allow("s3:PutObject", resource)));

    [Fact]
    public void A_denial_ends_a_loop_only_where_it_covers_what_comes_back()
    {
        var watch = Watch("raw") with { Prefix = Setting.Known("in/") };
        var write = Allow("s3:PutObject", "arn:aws:s3:::raw/*");
        Expect(LoopStrength.Possible, Caller("Mark", watch, write));
        Expect(null, Caller("Mark", watch, write, Deny("s3:*", "arn:aws:s3:::raw/in/*")));
        Expect(null, Caller("Mark", watch, write, Deny("s3:PutObject", "*")));
        Expect(LoopStrength.Possible, Caller("Mark", watch, write, Deny("s3:PutObject", "arn:aws:s3:::raw/in/deep/*")));
        Expect(LoopStrength.Possible, Caller("Mark", watch, write, Deny("s3:PutObject", "arn:aws:s3:::other/*")));
        Expect(LoopStrength.Possible,
            Caller("Mark", watch, write, Deny("s3:PutObject", "arn:aws:s3:::raw/in/*") with { Conditions = [new("Bool", "aws:SecureTransport", ["false"])] }));
    }

    [Fact]
    public void A_boundary_that_does_not_reach_so_far_ends_a_loop()
    {
        var posture = Caller("Grind", Poll("Box"), Allow("sqs:*", Queue("Box")));
        Expect(LoopStrength.Certain, posture);
        PolicyDocument Boundary(PolicyStatement statement) => new() { Name = "limit", Kind = PolicyKind.Boundary, Statements = [statement] };
        Expect(null, posture with { Role = posture.Role! with { Boundary = Boundary(Allow("s3:*", "*")) } });
        Expect(LoopStrength.Certain, posture with { Role = posture.Role! with { Boundary = Boundary(Allow("*", "*")) } });
    }

    [Fact]
    public void Statements_written_as_exceptions_are_understood()
    {
        Expect(LoopStrength.Conceivable, Caller("Grind", Poll("Box"), Allow("iam:*", "*") with { NotAction = true }));
        Expect(null, Caller("Grind", Poll("Box"), Allow("sqs:SendMessage", "*") with { NotAction = true }));
        Expect(null, Caller("Grind", Poll("Box"), Allow("*", "*")));
    }

    [Theory]
    [InlineData("dynamodb:UpdateItem", null, LoopStrength.Certain)]
    [InlineData("dynamodb:PutItem", """{"eventName": ["REMOVE"]}""", null)]
    [InlineData("dynamodb:DeleteItem", """{"eventName": ["REMOVE"]}""", LoopStrength.Certain)]
    [InlineData("dynamodb:UpdateItem", """{"eventName": ["INSERT"]}""", LoopStrength.Certain)]
    [InlineData("dynamodb:PutItem", """{"eventName": [{"anything-but": "REMOVE"}]}""", LoopStrength.Certain)]
    [InlineData("dynamodb:DeleteItem", """{"eventName": [{"anything-but": ["REMOVE"]}]}""", null)]
    [InlineData("dynamodb:PutItem", """{"eventName": [{"prefix": "INS"}]}""", LoopStrength.Certain)]
    [InlineData("dynamodb:DeleteItem", """{"userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}}""", null)]
    [InlineData("dynamodb:PutItem", """{"dynamodb": {"NewImage": {"state": {"S": ["new"]}}}}""", null)]
    [InlineData("dynamodb:PutItem", "not json", null)]
    [InlineData("dynamodb:PutItem dynamodb:DeleteItem", """{"eventName": ["REMOVE"]}""", LoopStrength.Certain)]
    [InlineData("dynamodb:GetItem dynamodb:Query", null, null)]
    public void Decides_table_loops_by_what_a_write_does_to_an_item(string action, string? pattern, LoopStrength? expected)
    {
        var trigger = new Trigger
        {
            Kind = TriggerKind.DynamoDb,
            Name = "Change",
            Source = $"{Table("Stock")}/stream/⟨Stock.StreamLabel⟩",
            Patterns = pattern is null ? [] : [pattern]
        };
        Expect(expected, Caller("Touch", trigger, Allow(action, Table("Stock"))));
    }

    [Fact]
    public void A_stream_named_by_attribute_is_its_table()
    {
        var posture = Caller("Touch", new() { Kind = TriggerKind.DynamoDb, Name = "Change", Source = "⟨Stock.StreamArn⟩" }, Allow("dynamodb:PutItem", Table("Stock")));
        var application = Application(posture) with { Resources = [Resource(ResourceKind.Table, "Stock", Table("Stock"))] };
        Assert.Equal(["Stock"], Assert.Single(InvocationGraph.Of(application).Loops()).Resources);
    }

    [Theory]
    [InlineData("""{"source": ["shop"]}""", LoopStrength.Conceivable)]
    [InlineData("""{"source": ["aws.ec2"]}""", null)]
    [InlineData("""{"source": [{"prefix": "aws."}]}""", null)]
    [InlineData("""{"source": ["aws.s3", "shop"]}""", LoopStrength.Conceivable)]
    [InlineData("""{"account": ["123456789012"]}""", LoopStrength.Conceivable)]
    [InlineData(null, LoopStrength.Certain)]
    public void A_role_may_put_any_source_on_a_bus_but_those_of_aws(string? pattern, LoopStrength? expected) =>
        Expect(expected, Caller("Relay", Rule(pattern), Allow("events:PutEvents", Bus("default"))));

    [Theory]
    [InlineData("events:source", "shop.orders", """{"source": ["shop.orders"]}""", LoopStrength.Certain)]
    [InlineData("events:source", "shop.orders", """{"source": ["shop.stock"]}""", null)]
    [InlineData("events:source", "shop.*", """{"source": ["shop.stock"]}""", LoopStrength.Possible)]
    [InlineData("events:detail-type", "Paid", """{"source": ["shop"], "detail-type": ["Ordered"]}""", null)]
    [InlineData("events:detail-type", "Paid", """{"source": ["shop"], "detail-type": ["Paid"]}""", LoopStrength.Conceivable)]
    public void Conditions_say_which_events_a_role_may_put(string key, string value, string pattern, LoopStrength? expected) =>
        Expect(expected, Caller("Relay", Rule(pattern), Allow("events:PutEvents", Bus("default")) with { Conditions = [new("StringLike", key, [value])] }));

    [Fact]
    public void A_foreign_default_bus_is_not_the_own_one()
    {
        Expect(null, Caller("Relay", Rule(null), Allow("events:PutEvents", "arn:aws:events:eu-west-1:111122223333:event-bus/default")));
        Expect(LoopStrength.Certain, Caller("Relay", Rule(null) with { Source = null }, Allow("events:PutEvents", Bus("default"))));
        Expect(null, Caller("Relay", Rule(null) with { Source = Bus("orders") }, Allow("events:PutEvents", Bus("default"))));
    }

    [Theory]
    [InlineData("""{"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": {"bucket": {"name": ["raw"]}, "object": {"key": [{"prefix": "in/"}]}}}""", "in/*",
        LoopStrength.Certain)]
    [InlineData("""{"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "in/"}]}}}""", "*", LoopStrength.Possible)]
    [InlineData("""{"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "in/"}]}}}""", "out/*", null)]
    [InlineData("""{"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "*/in/*.csv"}]}}}""", "a/out/b.csv", null)]
    [InlineData("""{"source": ["aws.s3"], "detail-type": ["Object Deleted"]}""", "*", null)]
    [InlineData("""{"source": ["aws.s3"], "detail": {"bucket": {"name": ["cooked"]}}}""", "*", null)]
    [InlineData("""{"source": ["aws.s3"], "$or": [{"detail-type": ["Object Deleted"]}, {"detail": {"reason": ["PutObject"]}}]}""", "*", LoopStrength.Certain)]
    public void A_bucket_that_tells_a_bus_is_decided_by_the_rules_pattern(string pattern, string keys, LoopStrength? expected)
    {
        var posture = Caller("Mark", Rule(pattern), Allow("s3:PutObject", $"{Bucket("raw")}/{keys}"));
        var told = new Delivery { Kind = TriggerKind.S3, From = Bucket("raw"), To = Bus("default") };
        Expect(expected, Application(posture) with { Deliveries = [told] });
    }

    [Fact]
    public void Follows_topic_queue_and_rule_on_their_way_to_a_function()
    {
        var posture = Caller("Editor", Poll("Desk"), Allow("sns:Publish", Topic("News")));
        var feed = new Delivery { Kind = TriggerKind.Sns, From = Topic("News"), To = Queue("Desk") };
        var loop = Assert.Single(InvocationGraph.Of(Application(posture) with { Deliveries = [feed] }).Loops());
        Assert.Equal(["Editor", "${News}", "${Desk}"], loop.Path);
        Assert.True(loop.IsDetected);
        Expect(null, Application(posture) with { Deliveries = [feed with { From = Topic("Archive") }] });
        Expect(null, Application(posture) with { Deliveries = [feed with { Patterns = ["""{"kind": ["draft"]}"""] }] });
        Expect(null, Application(posture) with { Deliveries = [feed with { PatternsUnknown = true }] });

        var bus = Caller("Editor", Poll("Desk"), Allow("events:PutEvents", Bus("press")));
        const string rule = "arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:rule/press/⟨Gate⟩";
        Expect(LoopStrength.Conceivable, Application(bus) with
        {
            Deliveries =
            [
                new() { Kind = TriggerKind.EventBridge, From = Bus("press"), To = rule, Patterns = ["""{"source": ["press"]}"""] },
                new() { Kind = TriggerKind.EventBridge, From = rule, To = Queue("Desk") },
            ],
        });
    }

    [Theory]
    [InlineData("""{"Records": {"s3": {"object": {"key": [{"prefix": "in/"}]}}}}""", LoopStrength.Certain)]
    [InlineData("""{"Records": {"s3": {"object": {"key": [{"prefix": "out/"}]}}}}""", null)]
    [InlineData("""{"event_type": ["order"]}""", null)]
    public void A_topic_between_bucket_and_function_filters_by_what_the_bucket_writes(string policy, LoopStrength? expected)
    {
        var trigger = new Trigger { Kind = TriggerKind.Sns, Name = "Told", Source = Topic("Tell"), Patterns = [policy] };
        var told = new Delivery { Kind = TriggerKind.S3, From = Bucket("raw"), To = Topic("Tell"), Events = [Created] };
        Expect(expected, Application(Caller("Mark", trigger, Allow("s3:PutObject", $"{Bucket("raw")}/in/*"))) with { Deliveries = [told] });
    }

    [Fact]
    public void Finds_a_loop_over_several_functions_once()
    {
        var first = Caller("First", Poll("A"), Allow("sqs:SendMessage", Queue("B")));
        var second = Caller("Second", Poll("B"), Allow("kinesis:PutRecords", Stream("C")));
        var third = Caller("Third", new() { Kind = TriggerKind.Kinesis, Name = "Read", Source = Stream("C") }, Allow("sqs:SendMessage", Queue("A")));
        var aside = Caller("Aside", Poll("D"), Allow("sqs:SendMessage", Queue("A")));
        var loop = Assert.Single(InvocationGraph.Of(Application(aside, first, second, third)).Loops());
        Assert.Equal(["First", "Second", "Third"], loop.Functions);
        Assert.Equal(["${A}", "${B}", "${C}"], loop.Resources);
        Assert.False(loop.IsDetected);
    }

    [Fact]
    public void Keeps_two_loops_through_one_function_apart()
    {
        var hub = Caller("Hub", Poll("A"), Allow("sqs:SendMessage", Queue("A"), Queue("B")));
        var spoke = Caller("Spoke", Poll("B"), Allow("sqs:SendMessage", Queue("A")));
        Assert.Equal(["Hub", "Hub,Spoke"], InvocationGraph.Of(Application(hub, spoke)).Loops().Select(l => string.Join(',', l.Functions)));
    }

    [Theory]
    [InlineData("arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Write⟩", LoopStrength.Certain)]
    [InlineData("arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Write⟩:*", LoopStrength.Certain)]
    [InlineData("arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Write⟩*", LoopStrength.Certain)]
    [InlineData("arn:aws:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:*", null)]
    [InlineData("*", null)]
    public void A_call_by_name_is_a_step_of_a_loop(string resource, LoopStrength? expected)
    {
        var read = Caller("Read", Poll("Box"), Allow("lambda:InvokeFunction", resource));
        var write = Posture("Write") with { Role = Role("WriteRole", Allow("sqs:SendMessage", Queue("Box"))) };
        Expect(expected, Application(read, write));
    }

    [Fact]
    public void Functions_that_only_call_each_other_do_so_by_design()
    {
        var again = Posture("Again") with { Role = Role("AgainRole", Allow("lambda:InvokeFunction", FunctionArn("Again"))) };
        Expect(null, again);
        var both = Caller("Again", Poll("Box"), Allow("lambda:InvokeFunction", FunctionArn("Again")), Allow("sqs:SendMessage", Queue("Box")));
        Assert.Equal(["Again", "${Box}"], Assert.Single(InvocationGraph.Of(Application(both)).Loops()).Path);
    }

    [Fact]
    public void A_way_names_each_member_once()
    {
        var loop = Assert.Single(InvocationGraph.Of(Application(Caller("Mark", Watch("raw"), Allow("s3:PutObject", "arn:aws:s3:::raw/*")))).Loops());
        Assert.Equal(["Mark", "raw"], loop.Path);
    }

    [Fact]
    public void Destinations_belong_to_asynchronous_calls_only()
    {
        PostureFacts Function(Trigger trigger, FunctionConfiguration configuration) => Posture("Work") with { Triggers = [trigger], Configuration = configuration };
        var told = new Trigger { Kind = TriggerKind.Sns, Name = "Told", Source = Topic("Done") };
        Expect(LoopStrength.Certain, Function(told, new() { OnSuccess = Setting.Known(Topic("Done")) }));
        Expect(LoopStrength.OnFailure, Function(told, new() { OnFailure = Setting.Known(Topic("Done")) }));
        Expect(LoopStrength.OnFailure, Function(told, new() { DeadLetterTarget = Setting.Known(Topic("Done")) }));
        Expect(null, Function(told, new() { OnFailure = Setting.Unknown<string>() }));
        Expect(null, Function(Poll("Done"), new() { OnFailure = Setting.Known(Queue("Done")) }));
    }

    [Fact]
    public void Dead_letters_sent_back_go_round_while_they_fail()
    {
        var back = Caller("Redrive", Poll("Dead"), Allow("sqs:SendMessage", Queue("Live")));
        var work = Posture("Work") with { Triggers = [Poll("Live")] };
        var live = Resource(ResourceKind.Queue, "Live", Queue("Live")) with { DeadLetterTarget = Setting.Known(Queue("Dead")) };
        Expect(LoopStrength.OnFailure, Application(back, work) with { Resources = [live, Resource(ResourceKind.Queue, "Dead", Queue("Dead"))] });
        Expect(null, Application(work) with { Resources = [live] });
    }

    [Theory]
    [InlineData("/aws/lambda/⟨Ship⟩", "", LoopStrength.Certain)]
    [InlineData("/aws/lambda/⟨Other⟩", "", null)]
    [InlineData("/aws/lambda/⟨Ship⟩", "ERROR", null)]
    public void A_function_fed_by_its_own_log_is_a_loop(string group, string filter, LoopStrength? expected)
    {
        var trigger = new Trigger { Kind = TriggerKind.Logs, Name = "Lines", Source = $"arn:aws:logs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:log-group:{group}:*", Patterns = [filter] };
        Expect(expected, Posture("Ship") with { Triggers = [trigger] });
    }

    [Fact]
    public void Schedules_and_routes_feed_nobody() =>
        Expect(null, Caller("Tick", new() { Kind = TriggerKind.Schedule, Name = "Clock", Schedule = Setting.Known("rate(1 day)") }, Allow("events:PutEvents", "*")));

    [Fact]
    public void The_order_of_functions_changes_nothing()
    {
        ImmutableArray<PostureFacts> functions =
        [
            Caller("A", Poll("Qa"), Allow("sqs:SendMessage", Queue("Qb"), Queue("Qc"))),
            Caller("B", Poll("Qb"), Allow("sqs:SendMessage", Queue("Qc"))),
            Caller("C", Poll("Qc"), Allow("sqs:SendMessage", Queue("Qa"))),
        ];
        static string Members(IEnumerable<PostureFacts> order) => string.Join(';', InvocationGraph.Of(Application([.. order])).Loops().Select(l => string.Join(',', l.Functions)));
        Assert.Equal(Members(functions), Members(functions.Reverse()));
    }

    [Fact]
    public void Five_hundred_functions_on_one_bus_cost_few_steps()
    {
        var functions = Enumerable.Range(0, 500)
            .Select(i => Caller($"F{i}", i % 2 == 0 ? Rule($$"""{"source": ["shop.{{i}}"]}""") : Poll($"Q{i}"),
            Allow("events:PutEvents sqs:SendMessage s3:PutObject dynamodb:*", "*"))).ToImmutableArray();
        Assert.Equal(500, InvocationGraph.Of(Application(functions), new() { Steps = 3_000_000 }).Loops().Length);
    }

    [Fact]
    public void Too_much_work_is_a_limit_and_no_hang()
    {
        var functions = Enumerable.Range(0, 50).Select(i => Caller($"F{i}", Poll($"Q{i}"), Allow("sqs:SendMessage", "*"))).ToImmutableArray();
        Assert.Throws<LimitReachedException>(() => InvocationGraph.Of(Application(functions), new() { Steps = 100 }).Loops());
    }

    private static Trigger Watch(string bucket) => new() { Kind = TriggerKind.S3, Name = "Change", Source = Bucket(bucket), Events = [Created] };

    private static Trigger Poll(string queue) => new() { Kind = TriggerKind.Sqs, Name = "Take", Source = Queue(queue) };

    private static Trigger Rule(string? pattern) => new() { Kind = TriggerKind.EventBridge, Name = "Told", Source = Bus("default"), Patterns = pattern is null ? [] : [pattern] };

    private static PostureFacts Caller(string name, Trigger trigger, params ImmutableArray<PolicyStatement> statements) =>
        Posture(name) with { Triggers = [trigger], Role = Role($"{name}Role", statements) };

    private static void Expect(LoopStrength? expected, PostureFacts function) => Expect(expected, Application(function));

    private static void Expect(LoopStrength? expected, ApplicationFacts application)
    {
        var loops = InvocationGraph.Of(application).Loops();
        Assert.Equal(expected, loops.IsEmpty ? null : Assert.Single(loops).Strength);
    }
}
