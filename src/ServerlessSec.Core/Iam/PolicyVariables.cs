namespace ServerlessSec.Iam;

/// <summary>Reads policy text whose <c>${key}</c> parts stand for values of the request.</summary>
internal static class PolicyVariables
{
    /// <summary>Null where a variable has no value, in which case the text matches nothing.</summary>
    public static Glob? Read(string text, RequestContext context, bool hasVariables, bool wildcards = true)
    {
        if (!hasVariables || !text.Contains("${", StringComparison.Ordinal)) return Glob.Parse(text, wildcards);

        var builder = new Glob.GlobBuilder(text.Length);
        var from = 0;
        while (from < text.Length)
        {
            var start = text.IndexOf("${", from, StringComparison.Ordinal);
            var end = start < 0 ? -1 : text.IndexOf('}', start);
            if (end < 0) break;
            builder.Append(text[from..start], wildcards);
            if (!Fill(builder, text[(start + 2)..end], context)) return null;
            from = end + 1;
        }

        builder.Append(text[from..], wildcards);
        return builder.Build();
    }


    private static bool Fill(Glob.GlobBuilder builder, string variable, RequestContext context)
    {
        // IAM: `${*}`, `${?}` and `${$}` are the characters themselves.
        if (variable is "*" or "?" or "$")
        {
            builder.Append(variable, wildcards: false);
            return true;
        }

        var comma = variable.IndexOf(',', StringComparison.Ordinal);
        var key = (comma < 0 ? variable : variable[..comma]).Trim();
        if (context[key] is [var only])
        {
            builder.Append(only, wildcards: false);
            return true;
        }

        if (!context.IsAbsent(key) && !context.Has(key))
        {
            builder.AppendHole("${" + key.ToLowerInvariant() + "}");
            return true;
        }

        if (comma < 0) return false;
        builder.Append(variable[(comma + 1)..].Trim().Trim('\''), wildcards: false);
        return true;
    }
}
