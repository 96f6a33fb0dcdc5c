using System.Collections.Immutable;

namespace ServerlessSec.Findings;

/// <summary>A pattern in which <c>*</c> matches any run of characters; matching takes time linear in pattern and text.</summary>
public sealed class Pattern
{
    private readonly string text;
    private readonly string head;
    private readonly string tail;
    private readonly ImmutableArray<Piece> pieces;

    public Pattern(string pattern)
    {
        text = pattern;
        var parts = pattern.Split('*');
        IsExact = parts.Length == 1;
        head = parts[0];
        tail = parts[^1];
        pieces = parts.Length < 3 ? [] : [.. parts[1..^1].Where(part => part.Length > 0).Select(part => new Piece(part))];
    }

    public bool IsExact { get; }

    public bool Matches(string subject)
    {
        if (IsExact) return subject == text;
        if (subject.Length < head.Length + tail.Length) return false;
        if (!subject.StartsWith(head, StringComparison.Ordinal) || !subject.EndsWith(tail, StringComparison.Ordinal)) return false;

        var rest = subject.AsSpan(head.Length, subject.Length - head.Length - tail.Length);
        foreach (var piece in pieces)
        {
            var end = piece.EndIn(rest);
            if (end < 0) return false;
            rest = rest[end..];
        }

        return true;
    }

    /// <summary>Text between two stars, found by Knuth, Morris and Pratt's search: no text makes it go back.</summary>
    private sealed class Piece
    {
        private readonly string word;
        private readonly int[] border;

        public Piece(string word)
        {
            this.word = word;
            border = new int[word.Length];
            for (int i = 1, length = 0; i < word.Length; i++)
            {
                while (length > 0 && word[i] != word[length]) length = border[length - 1];
                if (word[i] == word[length]) length++;
                border[i] = length;
            }
        }

        /// <summary>The position behind the first occurrence, or -1.</summary>
        public int EndIn(ReadOnlySpan<char> rest)
        {
            var length = 0;
            for (var i = 0; i < rest.Length; i++)
            {
                while (length > 0 && rest[i] != word[length]) length = border[length - 1];
                if (rest[i] == word[length]) length++;
                if (length == word.Length) return i + 1;
            }

            return -1;
        }
    }
}
