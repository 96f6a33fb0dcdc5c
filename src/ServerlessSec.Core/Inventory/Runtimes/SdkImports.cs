using ServerlessSec.Inventory.Npm;

namespace ServerlessSec.Inventory.Runtimes;

/// <summary>What a source asks for of the packages that runtimes bring; comments are told from code by what stands on the line.</summary>
internal static class SdkImports
{
    private const int LongestName = 214;
    private const int Lookback = 4_000;
    private const int LongestTrace = 120;
    private static readonly string[] NodeMarks = ["aws-sdk", "@smithy/"];

    /// <summary><c>require("@aws-sdk/client-s3")</c>, <c>import … from "aws-sdk/clients/s3"</c>, also in minified code.</summary>
    public static void InJavaScript(string text, Func<string, bool> isWanted, Action<string, string> found)
    {
        foreach (var mark in NodeMarks)
        {
            for (var at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(mark, at + mark.Length, StringComparison.Ordinal))
            {
                var start = at > 0 && text[at - 1] == '@' ? at - 1 : at;
                if (start == 0 || text[start - 1] is not ('"' or '\'' or '`') || NameAt(text, start, text[start - 1]) is not { } name || !isWanted(name)) continue;
                if (IsAsked(text, start - 1, out var from)) found(name, Trace(text, from, start + name.Length + 1));
            }
        }
    }

    /// <summary><c>import boto3</c>, <c>import os, boto3.session as s</c>, <c>from botocore.config import Config</c>.</summary>
    public static void InPython(string text, Action<string, string> found)
    {
        var quote = "";
        foreach (var range in text.AsSpan().SplitAny('\n', ';'))
        {
            var line = text.AsSpan(range).Trim();
            if (quote.Length == 0)
            {
                // No import has a string: what follows is a comment.
                var statement = line.IndexOf('#') is var comment and >= 0 ? line[..comment].TrimEnd() : line;
                if (statement.StartsWith("import ")) Modules(statement["import ".Length..], statement, found);
                else if (statement.StartsWith("from ")) found(Module(statement["from ".Length..]), Trace(statement));
            }

            quote = Within(line, quote);
        }
    }

    /// <summary><c>require 'aws-sdk-s3'</c></summary>
    public static void InRuby(string text, Action<string, string> found)
    {
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).Trim();
            if (!line.StartsWith("require")) continue;
            var rest = line["require".Length..].TrimStart(" \t(");
            if (rest.Length < 2 || rest[0] is not ('"' or '\'') || rest[1..].IndexOf(rest[0]) is not (> 0 and <= LongestName and var end)) continue;
            var name = rest.Slice(1, end);
            if (name is "aws-sdk" || name.StartsWith("aws-sdk-")) found(name.ToString(), Trace(line[..(line.Length - rest.Length + end + 2)]));
        }
    }

    /// <summary>The package of <c>name</c>, <c>name/file</c> or <c>@scope/name/file</c>; null where none is meant.</summary>
    private static string? NameAt(string text, int start, char quote)
    {
        var rest = text.AsSpan(start, Math.Min(LongestName + 1, text.Length - start));
        if (rest.IndexOf(quote) is not (> 0 and var end)) return null;
        var name = rest[..end];
        var slash = name.IndexOf('/');
        if (name[0] == '@' && slash > 0) slash = name[(slash + 1)..].IndexOf('/') is var next and >= 0 ? slash + 1 + next : -1;
        if (slash >= 0) name = name[..slash];
        return NpmPackage.IsName(name.ToString()) ? name.ToString() : null;
    }

    private static bool IsAsked(string text, int quote, out int from)
    {
        from = quote;
        var at = BackOverSpace(text, quote);
        var isCall = at > 0 && text[at - 1] == '(';
        if (isCall) at = BackOverSpace(text, at - 1);
        var end = at;
        while (at > 0 && end - at < 32 && IsWord(text[at - 1])) at--;
        from = at;
        var word = text.AsSpan(at, end - at);
        var isAsking = isCall ? word.EndsWith("equire") || word is "import" : word is "from" or "import";
        return isAsking && !(at > 0 && text[at - 1] == '.') && !IsComment(text, at);
    }

    private static bool IsComment(string text, int at)
    {
        var before = text.AsSpan(Math.Max(0, at - Lookback), Math.Min(at, Lookback));
        var line = before[(before.LastIndexOf('\n') + 1)..];
        for (var slash = line.IndexOf("//"); slash >= 0;)
        {
            if (slash == 0 || line[slash - 1] is ' ' or '\t' or ';' or '}' or ')' or ',') return true;
            var next = line[(slash + 2)..].IndexOf("//");
            slash = next < 0 ? -1 : slash + 2 + next;
        }

        return before.LastIndexOf("/*") is var open and >= 0
            && before.LastIndexOf("*/") < open
            && (open == 0 || before[open - 1] is ' ' or '\t' or '\n' or ';' or '}' or ')' or ',');
    }

    private static int BackOverSpace(string text, int at)
    {
        while (at > 0 && char.IsWhiteSpace(text[at - 1])) at--;
        return at;
    }

    private static void Modules(ReadOnlySpan<char> list, ReadOnlySpan<char> line, Action<string, string> found)
    {
        foreach (var part in list.Split(',')) found(Module(list[part].TrimStart()), Trace(line));
    }

    /// <summary>The outermost package of a dotted name.</summary>
    private static string Module(ReadOnlySpan<char> name)
    {
        var length = 0;
        while (length < name.Length && IsWord(name[length])) length++;
        return name[..length].ToString();
    }

    /// <summary>Which quotes of several lines are open behind the line; it is gone through once.</summary>
    private static string Within(ReadOnlySpan<char> line, string quote)
    {
        while (true)
        {
            if (quote.Length > 0)
            {
                if (line.IndexOf(quote) is not (>= 0 and var end)) return quote;
                line = line[(end + 3)..];
                quote = "";
            }

            if (line.IndexOfAny('"', '\'') is not (>= 0 and var start)) return "";
            line = line[start..];
            quote = line.StartsWith("\"\"\"") ? "\"\"\"" : line.StartsWith("'''") ? "'''" : "";
            line = line[Math.Max(1, quote.Length)..];
        }
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$';

    private static string Trace(string text, int from, int to) => Trace(text.AsSpan(from, Math.Min(to, text.Length) - from));

    private static string Trace(ReadOnlySpan<char> text) => text.Length <= LongestTrace ? text.ToString() : $"{text[..LongestTrace]}…";
}
