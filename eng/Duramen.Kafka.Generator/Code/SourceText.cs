using System.Text;

namespace Duramen.Kafka.Generator.Code;

/// <summary>C# under construction: lines with indentation, and the blocks and comments they stand in.</summary>
internal sealed class SourceText
{
    private readonly StringBuilder _text = new();
    private int _depth;
    private bool _closedBlock;

    /// <summary>Begins a generated file.</summary>
    /// <param name="source">The schema file that it was made from.</param>
    public SourceText(string source)
    {
        Line($"// Generated from Schema/{source} by eng/Duramen.Kafka.Generator; changes are lost.");
        Line("#nullable enable");
        Line();
    }

    /// <summary>Writes one line; a statement stands apart from a block before it.</summary>
    public void Line(string text = "")
    {
        if (_closedBlock && text is not ("" or "}" or "else"))
        {
            _text.Append('\n');
        }

        _closedBlock = text == "}";
        if (text.Length > 0)
        {
            _text.Append(' ', _depth * 4).Append(text);
        }

        _text.Append('\n');
    }

    /// <summary>Writes a documentation comment of one element.</summary>
    public void Summary(string text) =>
        Line($"/// <summary>{text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)}</summary>");

    /// <summary>Writes a head and, in braces, a body.</summary>
    public void Block(string head, Action body)
    {
        Line(head);
        Line("{");
        Indented(body);
        Line("}");
    }

    /// <summary>Writes lines one step further in.</summary>
    public void Indented(Action body)
    {
        _depth++;
        body();
        _depth--;
    }

    /// <summary>The file as it is so far.</summary>
    public override string ToString() => _text.ToString();
}
