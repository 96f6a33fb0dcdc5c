using System.Buffers;
using System.Text.Json;

namespace ServerlessSec.Functions.Runtime;

internal enum LogLevel
{
    Info,
    Warn,
    Error,
}

/// <summary>
/// Structured logs, one JSON line per decision, and metrics in CloudWatch's embedded metric format. Never package
/// contents, environment values or secrets.
/// </summary>
internal sealed class Log(Stream output, LogLevel least, string function, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<(string Name, string Value)> scopes = [];

    /// <summary>Puts a request id on every line until disposed.</summary>
    public IDisposable Begin(string request) => With("requestId", request);

    /// <summary>Puts a field on every line until disposed.</summary>
    public IDisposable With(string name, string value)
    {
        scopes.Add((name, value));
        return new Scope(this);
    }

    public void Info(string message, params ReadOnlySpan<(string Name, object? Value)> fields) => Write(LogLevel.Info, message, fields);

    public void Warn(string message, params ReadOnlySpan<(string Name, object? Value)> fields) => Write(LogLevel.Warn, message, fields);

    public void Error(string message, Exception fault, params ReadOnlySpan<(string Name, object? Value)> fields) => Write(
        LogLevel.Error, message, [("errorType", fault.GetType().Name), ("errorMessage", fault.Message), ("stack", fault.StackTrace), .. fields]);

    /// <summary>One value of one metric, in the namespace <c>ServerlessSec</c>, by function.</summary>
    public void Metric(string name, double value, string unit = "Count") => Line(json =>
    {
        json.WriteStartObject("_aws");
        json.WriteNumber("Timestamp", time.GetUtcNow().ToUnixTimeMilliseconds());
        json.WriteStartArray("CloudWatchMetrics");
        json.WriteStartObject();
        json.WriteString("Namespace", "ServerlessSec");
        json.WriteStartArray("Dimensions");
        json.WriteStartArray();
        json.WriteStringValue("Function");
        json.WriteEndArray();
        json.WriteEndArray();
        json.WriteStartArray("Metrics");
        json.WriteStartObject();
        json.WriteString("Name", name);
        json.WriteString("Unit", unit);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("Function", function);
        json.WriteNumber(name, value);
    });

    private void Write(LogLevel level, string message, ReadOnlySpan<(string Name, object? Value)> fields)
    {
        if (level < least) return;
        var copy = fields.ToArray();
        Line(json =>
        {
            json.WriteString("timestamp", time.GetUtcNow());
            json.WriteString("level", level.ToString().ToUpperInvariant());
            json.WriteString("message", message);
            json.WriteString("function", function);
            foreach (var (name, value) in copy) WriteField(json, name, value);
        });
    }

    private static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: break;
            case int number: json.WriteNumber(name, number); break;
            case long number: json.WriteNumber(name, number); break;
            case double number: json.WriteNumber(name, number); break;
            case bool flag: json.WriteBoolean(name, flag); break;
            default: json.WriteString(name, value.ToString()); break;
        }
    }

    private void Line(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            foreach (var (name, value) in scopes) json.WriteString(name, value);
            json.WriteEndObject();
        }

        lock (gate)
        {
            output.Write(buffer.WrittenSpan);
            output.WriteByte((byte)'\n');
            output.Flush();
        }
    }

    private sealed class Scope(Log log) : IDisposable
    {
        public void Dispose() => log.scopes.RemoveAt(log.scopes.Count - 1);
    }
}
