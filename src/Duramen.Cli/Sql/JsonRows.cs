using System.Globalization;
using System.Text;
using Duramen.Cli.Records;
using Duramen.Cli.Streams;
using Duramen.Sql;

namespace Duramen.Cli.Sql;

/// <summary>An object for each row.</summary>
internal sealed class JsonRows(StandardOutput output, TableQuery query) : IRowPrinter
{
    private readonly JsonOutput _json = new(output);
    private readonly string[] _names = Distinct(query.Columns);

    public void Print()
    {
        _json.Writer.WriteStartObject();
        for (int column = 0; column < _names.Length; column++)
        {
            Write(_names[column], query[column]);
        }

        _json.Writer.WriteEndObject();
        _json.EndLine();
        output.FlushIfLarge();
    }

    public void End()
    {
    }

    public void Dispose() => _json.Dispose();

    private void Write(string name, QueryValue value)
    {
        switch (value.Kind)
        {
            case QueryValueKind.Null:
                _json.Writer.WriteNull(name);
                break;
            case QueryValueKind.Number:
                _json.Writer.WriteNumber(name, value.Number);
                break;
            case QueryValueKind.Real when double.IsFinite(value.Real):
                _json.Writer.WriteNumber(name, value.Real);
                break;
            case QueryValueKind.Real:
                _json.Writer.WriteString(name, value.ToString());
                break;
            default:
                _json.WriteBytes(Encoding.UTF8.GetBytes(name), value.Bytes);
                break;
        }
    }

    /// <summary>Columns of two tables may have one name, and an object has each name once.</summary>
    private static string[] Distinct(IReadOnlyList<string> columns)
    {
        var taken = new HashSet<string>(columns, StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string[] names = [.. columns];
        for (int column = 0; column < names.Length; column++)
        {
            for (int number = 2; !seen.Add(names[column]); number++)
            {
                string other = string.Create(CultureInfo.InvariantCulture, $"{columns[column]}_{number}");
                names[column] = taken.Add(other) ? other : names[column];
            }
        }

        return names;
    }
}
