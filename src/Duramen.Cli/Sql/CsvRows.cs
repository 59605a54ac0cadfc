using System.Text;
using Duramen.Cli.Streams;
using Duramen.Sql;

namespace Duramen.Cli.Sql;

/// <summary>Comma-separated values (RFC 4180) with a line of names. NULL is nothing, empty text is "", and a blob is its hexadecimal digits.</summary>
internal sealed class CsvRows : IRowPrinter
{
    private readonly StandardOutput _output;
    private readonly TableQuery _query;

    public CsvRows(StandardOutput output, TableQuery query)
    {
        _output = output;
        _query = query;
        for (int column = 0; column < query.Columns.Count; column++)
        {
            Write(column, Quoted(query.Columns[column]));
        }

        output.EndLine();
    }

    public void Print()
    {
        for (int column = 0; column < _query.Columns.Count; column++)
        {
            QueryValue value = _query[column];
            Write(column, value.Kind == QueryValueKind.Text ? Quoted(value.ToString()) : value.ToString());
        }

        _output.EndLine();
    }

    public void End()
    {
    }

    public void Dispose()
    {
    }

    private static string Quoted(string text) => text.Length > 0 && text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void Write(int column, string text)
    {
        _output.Buffer.Write(column > 0 ? ","u8 : default);
        Encoding.UTF8.GetBytes(text, _output.Buffer);
    }
}
